/** Reading policies: what is refused, in AWS's words and with the place, and what is not, for each kind of policy. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of policies.

import { describe, expect, test } from 'vitest';
import { AwsError } from '../../aws-errors.ts';
import type { PolicyKind } from './policy.ts';
import { readPolicy } from './read.ts';

function refusalOf(policy: unknown, kind: PolicyKind = 'identity') {
  try {
    readPolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), kind);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
  return undefined;
}

const GOOD = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::bucket' };
const TRUST = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } };

const policy = (...Statement: unknown[]) => ({ Version: '2012-10-17', Statement });
const changed = (change: object, base: object = GOOD) => policy({ ...base, ...change });
const without = (base: Record<string, unknown>, ...keys: string[]) =>
  policy(Object.fromEntries(Object.entries(base).filter(([key]) => !keys.includes(key))));

const SYNTAX = 'Syntax errors in policy.';

// ─── Policies of identities ──────────────────────────────────────────────────────────────────────────────────────────

describe('a policy of an identity is refused', () => {
  const CASES: [string, unknown, string][] = [
    ['no JSON', 'This is not a json document', `${SYNTAX} (line 1, column 1: expected a value)`],
    ['empty', '', `${SYNTAX} (line 1, column 1: the JSON does not end)`],
    ['no object', [], `${SYNTAX} (line 1, column 1: a policy is a JSON object)`],
    [
      'a name twice',
      '{\n  "Version": "2012-10-17",\n  "Statement": [{\n    "Effect": "Allow",\n    "Effect": "Deny"}]}',
      `${SYNTAX} (line 5, column 5: \`Effect\` comes twice in one object)`,
    ],
    [
      'a version that there is not',
      { ...policy(GOOD), Version: '2013-10-17' },
      `${SYNTAX} (line 1, column 12, at \`Version\`: \`2013-10-17\` is neither 2008-10-17 nor 2012-10-17)`,
    ],
    ['no statement', { Version: '2012-10-17' }, `${SYNTAX} (line 1, column 1: there is no \`Statement\`)`],
    ['no statements', policy(), `${SYNTAX} (line 1, column 37, at \`Statement\`: there is no statement)`],
    [
      'a statement that is text',
      policy('x'),
      `${SYNTAX} (line 1, column 38, at \`Statement[0]\`: a statement is a JSON object)`,
    ],
    [
      'an element in other case',
      '{"statement": []}',
      `${SYNTAX} (line 1, column 2, at \`statement\`: there is no such element; it is written \`Statement\`)`,
    ],
    ['an unknown element', { ...policy(GOOD), Extra: 1 }, 'at `Extra`: there is no such element)'],
    ['an unknown element of a statement', changed({ Extra: 1 }), 'at `Statement[0].Extra`: there is no such element)'],
    ['an Id that is no text', { ...policy(GOOD), Id: {} }, 'at `Id`: expected a string)'],
    ['a Sid that is no text', changed({ Sid: [] }), 'at `Statement[0].Sid`: expected a string)'],
    [
      'a Sid with other characters',
      changed({ Sid: 'a b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]* (line 1, column 120, at `Statement[0].Sid`: letters and digits only)',
    ],
    [
      'a Sid twice',
      policy({ ...GOOD, Sid: 'a' }, { ...GOOD, Sid: 'a' }),
      'Statement IDs (SID) in a single policy must be unique. (line 1, column 125, at `Statement[1]`: another statement has the Sid `a`)',
    ],
    [
      'no effect',
      without(GOOD, 'Effect'),
      `${SYNTAX} (line 1, column 38, at \`Statement[0]\`: there is no \`Effect\`)`,
    ],
    [
      'another effect',
      changed({ Effect: 'Maybe' }),
      `${SYNTAX} (line 1, column 48, at \`Statement[0].Effect\`: an effect is \`Allow\` or \`Deny\`)`,
    ],
    [
      'an effect in other case',
      changed({ Effect: 'denY' }),
      'The policy failed legacy parsing (line 1, column 48, at `Statement[0].Effect`',
    ],
    [
      'no action',
      without(GOOD, 'Action'),
      'Policy statement must contain actions. (line 1, column 38, at `Statement[0]`: there is neither `Action` nor `NotAction`)',
    ],
    [
      'no actions',
      changed({ Action: [] }),
      'Policy statement must contain actions. (line 1, column 65, at `Statement[0].Action`: there is no action)',
    ],
    [
      'actions that are no text',
      changed({ Action: [[]] }),
      `${SYNTAX} (line 1, column 66, at \`Statement[0].Action[0]\`: expected a string)`,
    ],
    [
      'Action and NotAction',
      changed({ NotAction: 's3:*' }),
      `${SYNTAX} (line 1, column 114, at \`Statement[0]\`: \`Action\` and \`NotAction\` exclude each other)`,
    ],
    [
      'an action without a service',
      changed({ Action: 'invalid' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (line 1, column 65, at `Statement[0].Action`: `invalid` has no colon)',
    ],
    [
      'an action with two colons',
      changed({ Action: ['s3:*', 's3:List:Bucket'] }),
      'Actions/Condition can contain only one colon. (line 1, column 73, at `Statement[0].Action[1]`: `s3:List:Bucket` has more)',
    ],
    ['an action of no service', changed({ Action: 'a a:ListBucket' }), 'Vendor a a is not valid (line 1'],
    ['a wildcard in the name of a service', changed({ Action: 'ec2*:Run' }), 'Vendor ec2* is not valid (line 1'],
    [
      'no resource',
      without(GOOD, 'Resource'),
      'Policy statement must contain resources. (line 1, column 38, at `Statement[0]`: there is neither `Resource` nor `NotResource`)',
    ],
    [
      'no resources',
      changed({ Resource: [] }),
      'Policy statement must contain resources. (line 1, column 92, at `Statement[0].Resource`: there is no resource)',
    ],
    [
      'resources that are no text',
      changed({ Resource: { a: 'b' } }),
      `${SYNTAX} (line 1, column 92, at \`Statement[0].Resource\`: expected a string)`,
    ],
    ['Resource and NotResource', changed({ NotResource: [] }), 'exclude each other)'],
    [
      'a resource that is no ARN',
      changed({ Resource: 'invalid resource' }),
      'Resource invalid resource must be in ARN format or "*". (line 1, column 92, at `Statement[0].Resource`: there is no colon)',
    ],
    ['an empty resource', changed({ Resource: '' }), 'Resource  must be in ARN format or "*". (line 1'],
    [
      'a partition that there is not',
      changed({ Resource: 'a:b:cadfsdf' }),
      'Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*". (line 1',
    ],
    [
      'a partition left out',
      changed({ Resource: 'aws:s3:::bucket' }),
      'Partition "s3" is not valid for resource "arn:s3:::bucket:*". (line 1',
    ],
    [
      'an ARN with another beginning',
      changed({ Resource: 'arm:aws:s3:::bucket' }),
      'Resource arm:aws:s3:::bucket must be in ARN format or "*". (line 1',
    ],
    [
      'an ARN without a service',
      changed({ Resource: 'arn:aws' }),
      'Resource vendor must be fully qualified and cannot contain regexes. (line 1',
    ],
    [
      'an ARN with a wildcard as service',
      changed({ Resource: 'arn:aws:*:*:*:*' }),
      'Resource vendor must be fully qualified and cannot contain regexes. (line 1',
    ],
    [
      'an ARN with an empty service',
      changed({ Resource: 'arn:aws::::bucket' }),
      'The policy failed legacy parsing (line 1',
    ],
    [
      'an ARN of five parts',
      changed({ NotResource: 'arn:aws:s3::bucket' }, { Effect: 'Allow', Action: '*' }),
      'The policy failed legacy parsing (line 1',
    ],
    [
      'a Region in an ARN of iam',
      changed({ Resource: 'arn:aws:iam:us-east-1::user/a' }),
      'IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information. (line 1',
    ],
    [
      'another beginning in an ARN of iam',
      changed({ Resource: 'arn:aws:iam:::bucket' }),
      'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/. (line 1',
    ],
    [
      'a variable that is not closed',
      changed({ Resource: 'arn:aws:s3:::${aws:username' }),
      `${SYNTAX} (line 1, column 92, at \`Statement[0].Resource\`: a variable is not closed with \`}\`)`,
    ],
    [
      'a principal',
      changed({ Principal: '*' }),
      'Policy document should not specify a principal. (line 1, column 114, at `Statement[0].Principal`',
    ],
    ['a NotPrincipal', changed({ NotPrincipal: '*' }), 'Policy document should not specify a principal. (line 1'],
    [
      'a condition that is no object',
      changed({ Condition: [] }),
      `${SYNTAX} (line 1, column 126, at \`Statement[0].Condition\`: a condition is a JSON object)`,
    ],
    [
      'an operator that has no object',
      changed({ Condition: { StringEquals: 'b' } }),
      'at `Statement[0].Condition.StringEquals`: what an operator has is a JSON object)',
    ],
    [
      'an operator that there is not',
      changed({ Condition: { x: { a: '1' } } }),
      `${SYNTAX} (line 1, column 127, at \`Statement[0].Condition.x\`: there is no such operator)`,
    ],
    [
      'an operator in other case',
      changed({ Condition: { stringEquals: { a: '1' } } }),
      'at `Statement[0].Condition.stringEquals`: there is no such operator; it is written `StringEquals`)',
    ],
    [
      'a qualifier with two colons',
      changed({ Condition: { 'ForAnyValue::StringEquals': { a: '1' } } }),
      'there is no such operator; it is written `StringEquals`)',
    ],
    [
      'Null with IfExists',
      changed({ Condition: { NullIfExists: { a: 'true' } } }),
      'there is no such operator; `Null` asks that already)',
    ],
    [
      'a value that is an object',
      changed({ Condition: { StringEquals: { a: {} } } }),
      'at `Statement[0].Condition.StringEquals.a`: a value is a string, a number, true or false)',
    ],
    [
      'a value that is null',
      changed({ Condition: { StringEquals: { a: [null] } } }),
      'a value is a string, a number, true or false)',
    ],
    [
      'a value that is no date',
      changed({ Condition: { DateGreaterThan: { a: 'sdfdsf' } } }),
      'The policy failed legacy parsing (line 1, column 150, at `Statement[0].Condition.DateGreaterThan.a`: `sdfdsf` is no date)',
    ],
    [
      'a variable in a value that is not closed',
      changed({ Condition: { StringLike: { a: '${b' } } }),
      'at `Statement[0].Condition.StringLike.a`: a variable is not closed with `}`)',
    ],
  ];

  test.each(CASES)('%s', (_, document, message) => {
    const refusal = refusalOf(document);
    expect(refusal).toMatchObject({ code: 'MalformedPolicyDocument', status: 400 });
    expect(refusal?.message).toContain(message);
  });

  test('a boundary and a session policy are refused for the same', () => {
    for (const [, document] of CASES) {
      expect(refusalOf(document, 'boundary')).toEqual(refusalOf(document));
      expect(refusalOf(document, 'session')).toEqual(refusalOf(document));
    }
  });

  test('a message never holds more than some of what was written', () => {
    const long = 'x'.repeat(100_000);
    for (const document of [
      changed({ [long]: 1 }),
      changed({ Effect: long }),
      changed({ Action: long }),
      changed({ Action: `${long} :a` }),
      changed({ Resource: long }),
      changed({ Resource: `a:${long}:${long}` }),
      changed({ Resource: `arn:aws:iam:::${long}` }),
      changed({ Condition: { [long]: { a: '1' } } }),
      changed({ Condition: { StringEquals: { [long]: {} } } }),
      changed({ Condition: { DateEquals: { [long]: long } } }),
      policy({ ...GOOD, Sid: long }, { ...GOOD, Sid: long }),
    ]) {
      expect(refusalOf(document)?.message.length).toBeLessThan(1000);
    }
  });
});

describe('a policy of an identity is accepted', () => {
  test.each([
    ['one statement that is no list', { Version: '2012-10-17', Statement: GOOD }],
    ['the older version', { Version: '2008-10-17', Statement: GOOD }],
    ['no version', { Statement: GOOD }],
    ['an Id', { ...policy(GOOD), Id: 'sdf' }],
    ['empty Sids', policy({ ...GOOD, Sid: '' }, { ...GOOD, Sid: '' })],
    ['everything', changed({ Action: '*', Resource: '*' })],
    ['all actions of all services', changed({ Action: '*:*' })],
    ['NotAction and NotResource', policy({ Effect: 'Deny', NotAction: ['iam:*'], NotResource: ['*'] })],
    ['an action that there is not', changed({ Action: 'iam: asdf safdsf af ' })],
    ['services with dots and hyphens', changed({ Action: ['s3-s:ListBucket', 's3.s:ListBucket'] })],
    ['an ARN with what is left out at its end', changed({ Resource: 'arn:aws:fdsasf' })],
    ['other partitions', changed({ Resource: ['arn:aws-cn:s3:::a', 'arn:aws-us-gov:s3:::a', 'arn:*:s3:::a'] })],
    [
      'ARNs of iam',
      changed({
        Resource: [
          'arn:aws:iam::*:user/${aws:username}',
          'arn:aws:iam::123456789012:root',
          'arn:aws:iam::*:*',
          'arn:aws:iam::*:${a:b}',
        ],
      }),
    ],
    ['variables with defaults', changed({ Resource: "arn:aws:s3:::b-${aws:PrincipalTag/team, 'none'}" })],
    ['an empty condition', changed({ Condition: {} })],
    ['operators without keys, also unknown ones', changed({ Condition: { DateGreaterThan: {}, a: {} } })],
    ['keys without values', changed({ Condition: { DateGreaterThan: { a: [] } } })],
    ['values without quotation marks', changed({ Condition: { Bool: { a: true }, NumericEquals: { b: [1, 2.5] } } })],
    ['numbers that are none, which never match', changed({ Condition: { NumericEquals: { a: 'many' } } })],
    [
      'qualifiers and IfExists',
      changed({ Condition: { 'ForAnyValue:StringEqualsIfExists': { a: 'b' }, 'ForAllValues:Null': { a: 'true' } } }),
    ],
    ['braces where the operator has no variables', changed({ Condition: { NumericEquals: { a: '${' } } })],
    ['in the older version braces anywhere', { Statement: { ...GOOD, Resource: 'arn:aws:s3:::${' } }],
  ])('%s', (_, document) => {
    expect(refusalOf(document)).toBeUndefined();
  });
});

// ─── Other kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────

describe('a trust policy is refused', () => {
  const trust = (change: object) => changed(change, TRUST);

  test.each([
    ['no JSON', '{', 'This policy contains invalid Json (line 1, column 2: the JSON does not end)'],
    ['an unknown element', '{"statement": []}', 'Unknown field statement (line 1'],
    ['no statement', '{}', 'Missing required field Statement (line 1'],
    ['no statements', policy(), 'Could not parse the policy: Statement is empty! (line 1'],
    ['another version', { ...trust({}), Version: '1' }, 'The policy must contain a valid version string (line 1'],
    ['no effect', without(TRUST, 'Effect'), 'Missing required field Effect (line 1'],
    ['another effect', trust({ Effect: 'Maybe' }), 'Invalid effect: Maybe (line 1'],
    ['no action', without(TRUST, 'Action'), 'Missing required field Action (line 1'],
    [
      'an action of another service',
      trust({ Action: ['sts:AssumeRole', 's3:*'] }),
      'AssumeRole policy may only specify STS AssumeRole actions. (line 1, column 83, at `Statement[0].Action[1]`: `s3:*` is not an action of sts)',
    ],
    ['all actions', trust({ Action: '*' }), 'AssumeRole policy may only specify STS AssumeRole actions. (line 1'],
    [
      'a resource',
      trust({ Resource: '*' }),
      'Has prohibited field Resource (line 1, column 126, at `Statement[0].Resource`: the role is the resource)',
    ],
    ['a NotResource', trust({ NotResource: '*' }), 'AssumeRole policy must not contain resources. (line 1'],
    ['no principal', without(TRUST, 'Principal'), 'Missing required field Principal (line 1'],
    ['principals that are none', trust({ Principal: {} }), 'Missing required field Principal cannot be empty! (line 1'],
    [
      'everybody without a type',
      trust({ Principal: '*' }),
      'AssumeRolepolicy contained an invalid principal: "STAR":"*". (line 1',
    ],
    [
      'a principal that is text',
      trust({ Principal: '123456789012' }),
      'Syntax error at position (1,94) (line 1, column 94, at `Statement[0].Principal`',
    ],
    [
      'a type of principals that there is not',
      trust({ Principal: { service: 'ec2.amazonaws.com' } }),
      'Syntax error at position (1,95) (line 1, column 95, at `Statement[0].Principal.service`: principals are AWS, Service, Federated, CanonicalUser)',
    ],
    [
      'a NotPrincipal',
      without({ ...TRUST, NotPrincipal: { AWS: '*' } }, 'Principal'),
      'AssumeRole policy must not contain NotPrincipal field. (line 1',
    ],
    [
      'a Sid twice',
      policy({ ...TRUST, Sid: 'a' }, { ...TRUST, Sid: 'a' }),
      'The Statement Ids in the policy are not unique (line 1',
    ],
    [
      'an operator that there is not',
      trust({ Condition: { x: { a: '1' } } }),
      'Syntax error at position (1,139) (line 1, column 139, at `Statement[0].Condition.x`',
    ],
    ...[
      ['AWS', 'arn:aws:iam::123456789012:user/*'],
      ['AWS', 'arn:aws:iam::12345:user/a'],
      ['AWS', 'arn:aws:sts::123456789012:assumed-role/app/*'],
      ['AWS', 'arn:aws:iam::123456789012:group/a'],
      ['AWS', 'alice'],
      ['AWS', ''],
      ['Service', '*'],
      ['Service', 'ec2'],
      ['Federated', ''],
      ['CanonicalUser', '79a59df900b949e55d96a1e698fbaced'],
    ].map(([type = '', text = '']): [string, object, string] => [
      `the ${type} principal '${text}'`,
      trust({ Principal: { [type]: text } }),
      `Invalid principal in policy: "${type}":"${text}" (line 1`,
    ]),
  ])('%s', (_, document, message) => {
    const refusal = refusalOf(document, 'trust');
    expect(refusal).toMatchObject({ code: 'MalformedPolicyDocument', status: 400 });
    expect(refusal?.message).toContain(message);
  });
});

test.each([
  { Service: 'ec2.amazonaws.com' },
  { Service: ['ec2.amazonaws.com.cn', 'lambda.amazonaws.com'] },
  { AWS: '*' },
  { AWS: ['123456789012', 'arn:aws:iam::123456789012:root'] },
  { AWS: 'arn:aws:iam::123456789012:user/path/alice' },
  { AWS: 'arn:aws-cn:iam::123456789012:role/app' },
  { AWS: 'arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0' },
  { AWS: 'arn:aws:sts::123456789012:federated-user/bob' },
  { AWS: 'AROAAPP000000000000' },
  { Federated: 'cognito-identity.amazonaws.com', AWS: '123456789012' },
])('a trust policy may trust %j', (Principal) => {
  expect(refusalOf(changed({ Principal }, TRUST), 'trust')).toBeUndefined();
});

describe('a service control policy', () => {
  const WORDS = 'The provided policy document does not meet the requirements of the specified policy type. (line 1';

  test.each([
    ['no JSON', '{'],
    ['a principal', changed({ Principal: '*' })],
    ['a NotPrincipal', changed({ NotPrincipal: '*' })],
    ['no resource', without(GOOD, 'Resource')],
    ['no effect', without(GOOD, 'Effect')],
    ['a Sid twice', policy({ ...GOOD, Sid: 'a' }, { ...GOOD, Sid: 'a' })],
  ])('is refused in the one sentence that Organizations has: %s', (_, document) => {
    const refusal = refusalOf(document, 'scp');
    expect(refusal).toMatchObject({ code: 'MalformedPolicyDocumentException', status: 400 });
    expect(refusal?.message).toContain(WORDS);
  });

  test.each([
    ['Allow with a condition and a resource', changed({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ['NotAction with Allow', policy({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' })],
    ['NotResource', policy({ Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::a' })],
    ['wildcards within an action', changed({ Action: 's3:*List?ucket' })],
    ['any service in an ARN', changed({ Resource: 'arn:*:*:*:*:*' })],
    ['any Sid', changed({ Sid: 'no way' })],
  ])('has had the whole language since 2025: %s', (_, document) => {
    expect(refusalOf(document, 'scp')).toBeUndefined();
  });
});

describe('the policy of a resource', () => {
  test('says whom it is about', () => {
    expect(refusalOf(policy(GOOD), 'resource')?.message).toContain('there is no `Principal`');
  });

  test.each([
    ['everybody', changed({ Principal: '*' })],
    ['everybody but some', changed({ NotPrincipal: { AWS: '123456789012' }, Effect: 'Deny' })],
    ['a canonical user', changed({ Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbaced' } })],
    ['no resource', policy({ Effect: 'Allow', Action: 'sqs:*', Principal: '*' })],
    ['the same Sid twice, with spaces', policy(...Array(2).fill({ ...GOOD, Principal: '*', Sid: 'a b' }))],
  ])('may have %s', (_, document) => {
    expect(refusalOf(document, 'resource')).toBeUndefined();
  });
});

// ─── What is read ────────────────────────────────────────────────────────────────────────────────────────────────────

test('what was written is kept, with its places', () => {
  const text = `{
  "Id": "x",
  "Statement": {
    "Sid": "One",
    "Effect": "Deny",
    "NotPrincipal": {"AWS": "123456789012", "Service": ["ec2.amazonaws.com"]},
    "NotAction": ["s3:Get*", "s3:Put*"],
    "Resource": "*",
    "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b*"]}, "Null": {"k": true}}
  }
}`;
  const at = (what: string) => text.indexOf(what);
  expect(readPolicy(text, 'resource')).toEqual({
    kind: 'resource',
    Version: '2008-10-17',
    Id: 'x',
    Statement: [
      {
        Sid: 'One',
        Effect: 'Deny',
        NotPrincipal: [
          { type: 'AWS', text: '123456789012', at: at('"123456789012"') },
          { type: 'Service', text: 'ec2.amazonaws.com', at: at('"ec2.amazonaws.com"') },
        ],
        NotAction: [
          { text: 's3:Get*', at: at('"s3:Get*"') },
          { text: 's3:Put*', at: at('"s3:Put*"') },
        ],
        Resource: [{ text: '*', at: at('"*"') }],
        Condition: [
          {
            operator: 'ForAnyValue:StringLikeIfExists',
            comparison: 'StringLike',
            qualifier: 'ForAnyValue',
            ifExists: true,
            key: 'aws:TagKeys',
            at: at('"aws:TagKeys"'),
            values: [
              { text: 'a', at: at('"a"') },
              { text: 'b*', at: at('"b*"') },
            ],
          },
          {
            operator: 'Null',
            comparison: 'Null',
            ifExists: false,
            key: 'k',
            at: at('"k"'),
            values: [{ text: 'true', at: at('true}') }],
          },
        ],
        start: { line: 3, column: 16 },
        end: { line: 10, column: 3 },
      },
    ],
  });
});
