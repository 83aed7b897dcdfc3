/** What AWS would say to a launch while it is filled in. The rules themselves are tested where they stand. */

import { describe, expect, test } from 'vitest';
import { EMPTY_FORM, type LaunchForm, requestOf } from './launch-form.ts';
import { defaultsFor, problemsOf, type Surroundings } from './launch-problems.ts';

const SURROUNDINGS: Surroundings = { account: {}, rules: 'page' };
const FORM: LaunchForm = {
  ...EMPTY_FORM,
  image: { ImageId: 'ami-0', Architecture: 'x86_64' },
  type: { InstanceType: 't3.micro', Hypervisor: 'nitro', ProcessorInfo: { SupportedArchitectures: ['x86_64'] } },
};

const problems = (changes: Partial<LaunchForm>, surroundings: Partial<Surroundings> = {}) =>
  problemsOf({ ...FORM, ...changes }, { ...SURROUNDINGS, ...surroundings });

test('nothing is wrong with what is chosen at first', () => {
  expect(problems({})).toEqual({});
});

test.each<[keyof ReturnType<typeof problems>, Partial<LaunchForm>, Partial<Surroundings>?]>([
  ['image', { image: undefined }],
  ['type', { type: undefined }],
  ['type', { image: { ImageId: 'ami-0', Architecture: 'arm64' } }],
  ['count', { count: '0' }],
  ['count', { count: '1.5' }],
  ['count', { count: '' }],
  ['count', { count: '1001' }],
  ['UserData', { UserData: 'x'.repeat(16_385) }],
  ['UserData', { UserData: 'not base64', isBase64: true }],
  ['HttpPutResponseHopLimit', { options: { HttpEndpoint: 'enabled', HttpPutResponseHopLimit: '65' } }],
  ['HttpEndpoint', { options: { HttpTokens: 'required' } }],
  [
    'HttpEndpoint',
    { options: { HttpTokens: 'required' } },
    { account: { HttpEndpoint: 'disabled' }, rules: 'current' },
  ],
  ['HttpTokens', {}, { account: { HttpTokensEnforced: 'enabled' } }],
  ['HttpProtocolIpv6', { options: { HttpProtocolIpv6: 'enabled' }, type: { ...FORM.type, Hypervisor: 'xen' } }],
  ['tags', { tags: [{ Key: 'a b', Value: '' }], options: { InstanceMetadataTags: 'enabled' } }],
  ['tags', { Name: 'web', tags: [{ Key: 'Name', Value: 'db' }] }],
])('something is wrong with %s: %j %j', (field, changes, surroundings) => {
  expect(Object.keys(problems(changes, surroundings))).toEqual([field]);
});

test.each<[Partial<LaunchForm>, Partial<Surroundings>?]>([
  [{ UserData: 'x'.repeat(16_384) }],
  [{ options: { HttpTokens: 'required' } }, { rules: 'current' }],
  [{ options: { HttpTokens: 'required', HttpEndpoint: 'enabled' } }, { account: { HttpTokensEnforced: 'enabled' } }],
  // Others say nothing beside it, and are not sent.
  [{ options: { HttpEndpoint: 'disabled', HttpPutResponseHopLimit: '65' } }],
  // A row that was added and not filled in.
  [{ tags: [{ Key: '', Value: '' }] }],
  [{ tags: [{ Key: 'a b', Value: '' }] }],
])('nothing is wrong with %j %j', (changes, surroundings) => {
  expect(problems(changes, surroundings)).toEqual({});
});

test('the request has what was filled in and nothing else', () => {
  expect(Object.entries(requestOf(FORM)).filter(([, value]) => value !== undefined)).toEqual([
    ['ImageId', 'ami-0'],
    ['InstanceType', 't3.micro'],
    ['MinCount', 1],
    ['MaxCount', 1],
  ]);
});

describe('each option has its default and who says so', () => {
  test('in the order of AWS', () => {
    const image = { ...FORM.image, ImdsSupport: 'v2.0' } as const;
    expect(defaultsFor({ ...FORM, image }, { ...SURROUNDINGS, account: { HttpPutResponseHopLimit: 3 } })).toEqual({
      HttpTokens: { value: 'required', from: 'AMI' },
      HttpPutResponseHopLimit: { value: 3, from: 'account' },
      HttpEndpoint: { value: 'enabled', from: 'built in' },
      HttpProtocolIpv4: { value: 'enabled', from: 'built in' },
      HttpProtocolIpv6: { value: 'disabled', from: 'built in' },
      InstanceMetadataTags: { value: 'disabled', from: 'built in' },
    });
  });
});
