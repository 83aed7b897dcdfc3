/**
 * What is found in policies, and where: for each rule something that is wrong, and something like it that is not.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { awsManagedPolicies } from '../../catalogue/managed-policies.ts';
import type { PolicyKind } from '../policy/policy.ts';
import { lint, MOST_FINDINGS, RULES } from './lint.ts';

const INSTANCE = 'arn:aws:ec2:*:*:instance/*';
const LAUNCH = { Effect: 'Deny', Action: 'ec2:RunInstances', Resource: INSTANCE };
const MODIFY = { Effect: 'Deny', Action: 'ec2:ModifyInstanceMetadataOptions', Resource: INSTANCE };
const ALL = { Effect: 'Deny', Action: '*', Resource: '*' };

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** `severity rule: what it stands at`, for each finding. */
function found(text: string, kind: PolicyKind = 'identity'): string[] {
  return lint(text, kind).findings.map(({ severity, rule, place }) => {
    const at = /^(?:"[^"]*"|\S)/.exec(text.split('\n')[place.line - 1]?.slice(place.column - 1) ?? '')?.[0] ?? '';
    return `${severity} ${rule}: ${at}`;
  });
}

describe('docs/policies has nothing wrong with it', () => {
  const folder = new URL('../../../docs/policies/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

  test.each(names)('%s', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    for (const kind of ['identity', 'boundary', 'session', 'scp'] as const) {
      expect(lint(text, kind).findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    }
  });
});

test.each(awsManagedPolicies.map(({ PolicyName, Document }) => [PolicyName, Document]))(
  "nor has AWS's own %s",
  (_, document) => {
    expect(lint(document, 'identity').findings).toEqual([]);
  },
);

type Row = [what: string, statement: object, ...findings: string[]];

const WRONG: Row[] = [
  ['an action that does not exist', { ...ALL, Action: 'ec2:RunInstance' }, 'error unknown-action: "ec2:RunInstance"'],
  ['a wildcard that is no action', { ...ALL, Action: 'ec2:Run?' }, 'error unknown-action: "ec2:Run?"'],
  ['a service that is misspelt', { ...ALL, Action: 'e2c:RunInstances' }, 'warning unknown-action: "e2c:RunInstances"'],
  [
    'a NotAction that does not exist',
    { Effect: 'Allow', NotAction: 'iam:CreateUsers', Resource: '*' },
    'error unknown-action: "iam:CreateUsers"',
  ],
  [
    'a key that does not exist',
    { ...LAUNCH, Condition: { StringNotEquals: { 'ec2:MetadataHttpToken': 'required' } } },
    'error unknown-key: "ec2:MetadataHttpToken"',
  ],
  [
    'a key without its service',
    { ...LAUNCH, Condition: { StringNotEquals: { MetadataHttpTokens: 'required' } } },
    'error unknown-key: "MetadataHttpTokens"',
  ],
  [
    'a variable that does not exist',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own variables.
    { Effect: 'Allow', Action: 'iam:GetUser', Resource: 'arn:aws:iam::*:user/${aws:usrname}' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own variables.
    'error unknown-key: "arn:aws:iam::*:user/${aws:usrname}"',
  ],
  [
    'an attribute that the call does not set',
    {
      ...MODIFY,
      Condition: { StringEquals: { 'ec2:Attribute/HttpToken': 'optional', 'ec2:Attribute': 'httpTokens' } },
    },
    'error unknown-attribute: "ec2:Attribute/HttpToken"',
    'error unknown-attribute: "httpTokens"',
  ],
  [
    'a key that the action does not have: the statement can never match',
    { ...LAUNCH, Condition: { StringEquals: { 'ec2:Attribute/HttpTokens': 'optional' } } },
    'error key-not-there: "ec2:Attribute/HttpTokens"',
  ],
  [
    'a key that is not on the resources',
    {
      ...LAUNCH,
      Resource: 'arn:aws:ec2:*:*:subnet/*',
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    'error key-not-there: "ec2:MetadataHttpTokens"',
  ],
  [
    'a Deny "unless" on *, which denies every launch through its image',
    { ...LAUNCH, Resource: '*', Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } },
    'error key-not-there: "ec2:MetadataHttpTokens"',
  ],
  [
    'the same with IfExists, which is true for a missing key too',
    { ...LAUNCH, Resource: '*', Condition: { StringNotEqualsIfExists: { 'ec2:MetadataHttpTokens': 'required' } } },
    'error key-not-there: "ec2:MetadataHttpTokens"',
  ],
  [
    'the same of every action of EC2',
    { ...ALL, Action: 'ec2:*', Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } },
    'warning key-not-there: "ec2:MetadataHttpTokens"',
  ],
  [
    'an Allow on * that allows no image',
    {
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    'warning key-not-there: "ec2:MetadataHttpTokens"',
  ],
  [
    'text compared with a number',
    { ...LAUNCH, Condition: { StringNotEquals: { 'ec2:MetadataHttpPutResponseHopLimit': '1' } } },
    'warning operator-type: "ec2:MetadataHttpPutResponseHopLimit"',
  ],
  [
    'an address compared with a time',
    { ...ALL, Condition: { IpAddress: { 'aws:CurrentTime': '192.0.2.0/24' } } },
    'error operator-type: "aws:CurrentTime"',
  ],
  [
    'a value that there is not',
    { ...LAUNCH, Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'Required' } } },
    'error impossible-value: "Required"',
  ],
  [
    'values that their operators cannot read',
    {
      ...ALL,
      Condition: {
        Bool: { 'aws:SecureTransport': 'no' },
        NumericLessThan: { 'ec2:RoleDelivery': 'two' },
        IpAddress: { 'aws:SourceIp': '192.0.2' },
        ArnLike: { 'aws:PrincipalArn': 'role/admin' },
      },
    },
    'error impossible-value: "no"',
    'error impossible-value: "two"',
    'error impossible-value: "192.0.2"',
    'error impossible-value: "role/admin"',
  ],
  [
    'no value at all',
    { ...LAUNCH, Condition: { StringLike: { 'ec2:InstanceType': [] } } },
    'error impossible-value: "ec2:InstanceType"',
  ],
  [
    'a wildcard that is a character',
    { ...ALL, Condition: { StringNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } } },
    'error impossible-value: "arn:aws:iam::*:role/admin"',
  ],
  [
    'values that exclude each other',
    {
      ...LAUNCH,
      Condition: { StringEquals: { 'ec2:InstanceType': 'm1' }, StringNotLike: { 'ec2:InstanceType': 'm*' } },
    },
    'error contradiction: "ec2:InstanceType"',
  ],
  [
    'a key that must be there and must not',
    {
      Effect: 'Deny',
      Action: 'ec2:StartInstances',
      Resource: INSTANCE,
      Condition: { Null: { 'ec2:InstanceType': 'true' }, StringLike: { 'ec2:InstanceType': 'm*' } },
    },
    'error contradiction: "ec2:InstanceType"',
  ],
  [
    'a hop limit that no instance can have',
    { ...LAUNCH, Condition: { NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': 64 } } },
    'error contradiction: "ec2:MetadataHttpPutResponseHopLimit"',
  ],
  [
    'a time after the end and before the beginning',
    {
      ...ALL,
      Condition: { DateGreaterThan: { 'aws:CurrentTime': '2027-01-01' }, DateLessThan: { 'aws:CurrentTime': '2026' } },
    },
    'error contradiction: "aws:CurrentTime"',
  ],
  [
    'a resource that the action does not have',
    { ...LAUNCH, Resource: ['arn:aws:ec2:*:*:instance', INSTANCE] },
    'error unknown-resource: "arn:aws:ec2:*:*:instance"',
  ],
  [
    'an image of an account, which no ARN of an image has',
    { ...LAUNCH, Resource: 'arn:aws:ec2:*:123456789012:image/*' },
    'error unknown-resource: "arn:aws:ec2:*:123456789012:image/*"',
  ],
  [
    'a resource for an action that has none',
    { ...MODIFY, Action: 'ec2:ModifyInstanceMetadataDefaults' },
    `error unknown-resource: "${INSTANCE}"`,
  ],
  [
    'an action without resources beside one that has some',
    { ...MODIFY, Action: ['ec2:ModifyInstanceMetadataOptions', 'ec2:ModifyInstanceMetadataDefaults'] },
    'error unknown-resource: "ec2:ModifyInstanceMetadataDefaults"',
  ],
  [
    'a Deny of the call that would mend it (aws-behaviour 4.1)',
    { ...MODIFY, Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } },
    'warning denies-the-fix: "ec2:MetadataHttpTokens"',
  ],
  [
    'a launch that does not say how many hops (aws-behaviour 4.2 B)',
    { ...LAUNCH, Condition: { NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } } },
    'note not-said-not-denied: "ec2:MetadataHttpPutResponseHopLimit"',
  ],
  [
    'ForAllValues in an Allow, which is true without the key',
    {
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' } },
    },
    'warning qualifier: "aws:TagKeys"',
  ],
  [
    'several values without a qualifier',
    { ...ALL, Action: 'ec2:CreateTags', Condition: { StringEquals: { 'aws:TagKeys': 'team' } } },
    'warning qualifier: "aws:TagKeys"',
  ],
  ['a Deny of everything', ALL, 'warning denies-everything: {'],
];

describe('is found', () => {
  test.each(WRONG)('%s', (_, statement, ...findings) => {
    expect(found(policy(statement))).toEqual(findings);
  });

  test('a variable in the older version, which is text', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own variables.
    const Resource = 'arn:aws:iam::*:user/${aws:username}';
    const text = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'iam:GetUser', Resource } });
    expect(found(text)).toEqual(['warning version: {', `error variable-is-text: "${Resource}"`]);
  });

  test('an SCP that allows, which grants nothing', () => {
    const allow = { Effect: 'Allow', Action: 'ec2:*', Resource: '*' };
    expect(found(policy(allow), 'scp')).toEqual(['note scp-grants-nothing: {']);
    expect(found(policy({ ...allow, Action: '*' }), 'scp')).toEqual([]);
    expect(found(policy(allow))).toEqual([]);
  });

  test('every rule is in docs/operating.md', () => {
    const text = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
    for (const rule of [...Object.keys(RULES), 'grammar', 'character', 'size', 'version']) {
      expect(text).toContain(`\`${rule}\``);
    }
  });

  test('every rule finds something here', () => {
    const named = [...WRONG.flatMap(([, , ...findings]) => findings), ' variable-is-text:', ' scp-grants-nothing:'];
    for (const rule of Object.keys(RULES)) expect(named.join('\n')).toContain(` ${rule}:`);
  });
});

const RIGHT: [what: string, ...statements: object[]][] = [
  [
    'actions of services that the table does not know',
    { Effect: 'Allow', Action: ['s3:GetObject', 'sqs:*'], Resource: '*' },
  ],
  [
    'names in another case',
    { ...LAUNCH, Action: 'EC2:runinstances', Condition: { StringNotEquals: { 'EC2:metadatahttptokens': 'required' } } },
  ],
  [
    'a Deny "unless" on * that asks whether the key is there',
    {
      ...LAUNCH,
      Resource: '*',
      Condition: {
        StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' },
        Null: { 'ec2:MetadataHttpTokens': 'false' },
      },
    },
  ],
  [
    'a Deny on * "if", which is about instances alone',
    { ...LAUNCH, Resource: '*', Condition: { StringLike: { 'ec2:InstanceType': 'p*' } } },
  ],
  [
    'a Deny on * by a key that is everywhere',
    {
      ...ALL,
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1', 'ec2:Region': 'eu-west-1' } },
      Action: 'ec2:*',
    },
  ],
  [
    'an Allow on instances, and another for the rest',
    {
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: '*',
      Condition: { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    { Effect: 'Allow', Action: 'ec2:Run*', Resource: ['arn:aws:ec2:*::image/*', 'arn:aws:ec2:*:*:subnet/*'] },
  ],
  [
    'what one asks of an instance that is closed already',
    { ...MODIFY, Condition: { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } } },
  ],
  [
    'the delivery of credentials, with any action',
    { ...ALL, Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } } },
  ],
  [
    'two bounds with something between them',
    {
      ...LAUNCH,
      Action: 'ec2:CreateVolume',
      Resource: '*',
      Condition: { NumericGreaterThan: { 'ec2:VolumeSize': 1 }, NumericLessThan: { 'ec2:VolumeSize': 2 } },
    },
  ],
  [
    'a wildcard where one is known',
    { ...ALL, Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } } },
  ],
  ['a text with an ARN', { ...ALL, Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } } }],
  [
    'keys of identity providers',
    { ...ALL, Condition: { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:a/b' } } },
  ],
  ['every action but some', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
  [
    'several resources of a launch',
    {
      ...LAUNCH,
      Effect: 'Allow',
      Resource: [
        INSTANCE,
        'arn:aws:ec2:*::image/ami-*',
        'arn:aws:ec2:us-east-1:123456789012:volume/*',
        'arn:aws:ec2:*',
      ],
    },
  ],
];

describe('is right', () => {
  test.each(RIGHT)('%s', (_, ...statements) => {
    expect(lint(policy(...statements), 'identity').findings).toEqual([]);
  });
});

describe('what was meant is said', () => {
  test.each([
    [{ ...ALL, Action: 'ec2:RunInstance' }, 'did you mean `ec2:RunInstances`?'],
    [{ ...LAUNCH, Condition: { Null: { 'ec2:MetadtaHttpTokens': 'true' } } }, 'did you mean `ec2:MetadataHttpTokens`?'],
    [
      { ...LAUNCH, Condition: { Null: { 'aws:MetadataHttpTokens': 'true' } } },
      'did you mean `ec2:MetadataHttpTokens`?',
    ],
    [{ ...LAUNCH, Condition: { Null: { 'ec2:HttpTokens': 'true' } } }, 'did you mean `ec2:MetadataHttpTokens`?'],
    [{ ...LAUNCH, Resource: 'arn:aws:ec2:*:*:instances/*' }, 'its resources are as `arn:aws:ec2:*:*:instance/*`'],
    [
      { ...LAUNCH, Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'requird' } } },
      'did you mean `required`?',
    ],
    [
      { ...LAUNCH, Condition: { StringEquals: { 'ec2:Attribute/HttpTokens': 'optional' } } },
      'what these have is `ec2:MetadataHttpTokens`',
    ],
    [
      {
        ...MODIFY,
        Action: 'ec2:ModifyInstanceMetadataDefaults',
        Resource: '*',
        Condition: { StringNotEquals: { 'ec2:MetadataHttpPutResponseHopLimit': '1' } },
      },
      'what these have is `ec2:Attribute/HttpPutResponseHopLimit`',
    ],
    [
      { ...LAUNCH, Condition: { StringEquals: { 'ec2:Attribute/UserData': 'x' } } },
      '`ec2:ModifyInstanceMetadataDefaults`, `ec2:ModifyInstanceMetadataOptions`, ',
    ],
    [
      { ...LAUNCH, Resource: '*', Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } } },
      'name what has the key: `"Resource": "arn:aws:ec2:*:*:instance/*"`',
    ],
  ])('%j', (statement, hint) => {
    expect(lint(policy(statement), 'identity').findings[0]?.hint).toContain(hint);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['{"Version": "2012-10-17",}', '1:26', 'there is a comma too many before it'],
    ["{'Version': 1}", '1:2', 'JSON has double quotation marks only'],
    ['{\n  // about\n}', '2:3', 'JSON has no comments'],
    ['{\n\tVersion: 1}', '2:2', 'names stand in quotation marks'],
    ['Version: 2012-10-17', '1:1', 'this looks like YAML; a policy is JSON'],
    ['%7B%22Version%22', '1:1', 'this is encoded as in a URL, as IAM answers policies'],
    [
      '{"PolicyVersion": {"Document": {}}}',
      '1:2',
      'this is an answer of IAM; the policy is its `PolicyVersion.Document`',
    ],
    ['{"ec2_attributes": {}}', '1:2', 'this is a declarative policy, which has a grammar of its own'],
    ['\ufeff{}', '1:1', 'save it as UTF-8 without one'],
    ['{\u201cVersion\u201d: 1}', '1:2', 'these are quotation marks of a word processor; JSON has `"`'],
  ])('%j has a hint', (text, at, hint) => {
    const { findings, policy: read } = lint(text, 'identity');
    expect(read).toBeUndefined();
    expect(findings.map(({ place, severity }) => `${place.line}:${place.column} ${severity}`)).toEqual([`${at} error`]);
    expect(findings[0]?.hint).toBe(hint);
  });

  test.each([
    [{ ...LAUNCH, Condition: { StringEqual: { 'ec2:Region': 'x' } } }, 'did you mean `StringEquals`?'],
    [
      { ...LAUNCH, Condition: { 'ForAnyValue:StringLkeIfExists': { 'ec2:Region': 'x' } } },
      'did you mean `ForAnyValue:StringLikeIfExists`?',
    ],
    [{ Effect: 'Deny', Actions: '*', Resource: '*' }, 'did you mean `Action`?'],
    [{ ...LAUNCH, Resource: 'instance/*' }, 'IAM says: Resource instance/* must be in ARN format or "*".'],
    [{ ...LAUNCH, Sid: 'no spaces' }, 'IAM says: Statement IDs (SID) must be alpha-numeric.'],
  ])('%j has a hint too', (statement, hint) => {
    expect(lint(policy(statement), 'identity').findings[0]?.hint).toContain(hint);
  });

  test.each([
    ['', 'the JSON does not end'],
    ['[]', 'a policy is a JSON object'],
    ['{"Statement": [{"Effect": "Deny", "Effect": "Deny"}]}', '`Effect` comes twice in one object'],
    [
      '{"Statement": {"Effect": "Deny", "action": "*", "Resource": "*"}}',
      'there is no such element; it is written `Action`, at `Statement.action`',
    ],
  ])('%j', (text, says) => {
    expect(lint(text, 'identity').findings).toMatchObject([{ rule: 'grammar', severity: 'error', says }]);
  });

  test('each kind of policy has its own grammar', () => {
    const trust = policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' });
    expect(found(trust, 'trust')).toEqual([]);
    expect(found(trust, 'identity')).toEqual(['error grammar: "Principal"']);
  });
});

describe('size and characters', () => {
  const statements = (count: number) => policy(...Array.from({ length: count }, () => LAUNCH));

  test('more than a managed policy may have, and more than anything may', () => {
    expect(found(statements(60))).toEqual([]);
    expect(found(statements(80))).toEqual(['warning size: {']);
    expect(found(statements(200))).toEqual(['error size: {']);
    expect(found(statements(200), 'scp')).toEqual(['error size: {']);
  });

  test('a character that IAM does not store', () => {
    const text = policy({ ...LAUNCH, Condition: { StringEquals: { 'aws:RequestTag/α': 'x' } } });
    expect(lint(text, 'identity').findings[0]).toMatchObject({ rule: 'character', severity: 'error' });
    expect(lint(text, 'scp').findings.map(({ rule }) => rule)).not.toContain('character');
  });

  test('so many findings and no more', () => {
    const { findings, more } = lint(
      policy({ ...ALL, Action: Array.from({ length: 300 }, (_, i) => `ec2:X${i}`) }),
      'scp',
    );
    expect({ count: findings.length, more }).toEqual({ count: MOST_FINDINGS, more: true });
  });
});

test('services that are not in the table are named', () => {
  const { unknownServices } = lint(policy({ ...ALL, Action: ['s3:*', 'ec2:*', 'SQS:SendMessage'] }), 'identity');
  expect(unknownServices).toEqual(['s3', 'sqs']);
});
