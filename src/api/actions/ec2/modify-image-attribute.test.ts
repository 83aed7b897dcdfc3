/**
 * ModifyImageAttribute: only by the owner, one attribute at a time, and ImdsSupport one way only (aws-behaviour 3.2).
 * After each refusal the image is compared with what it was.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const ownImage = async (api: TestApi) =>
  (await api.call('RegisterImage', { Name: 'my-image', Description: 'first' })).ImageId ?? '';

const describe = async (api: TestApi, id: string) =>
  (await api.call('DescribeImages', { ImageIds: [id] })).Images?.[0] ?? {};

test('an image of somebody else is not modified', async () => {
  const api = await startTestApi();
  const ImdsSupport = { Value: 'v2.0' };
  await expectRefusal(
    api.call('ModifyImageAttribute', { ImageId: EXAMPLE_IMAGE, ImdsSupport }),
    'AuthFailure',
    `Not authorized for image:${EXAMPLE_IMAGE}`,
  );
  const ImageId = await ownImage(api);
  const other = api.as({ account: '210987654321' });
  await expectRefusal(other.call('ModifyImageAttribute', { ImageId, ImdsSupport }), 'InvalidAMIID.NotFound');
  expect(await describe(api, EXAMPLE_IMAGE)).not.toHaveProperty('ImdsSupport');
  expect(await describe(api, ImageId)).not.toHaveProperty('ImdsSupport');
});

test.each([
  ['InvalidParameterCombination', {}],
  ['InvalidParameterCombination', { ImdsSupport: { Value: 'v2.0' }, Description: { Value: 'x' } }],
  ['InvalidParameterCombination', { ImdsSupport: { Value: 'v2.0' }, Attribute: 'description', Value: 'x' }],
  ['MissingParameter', { ImdsSupport: {} }],
  ['MissingParameter', { Attribute: 'imdsSupport' }],
  ['InvalidRequest', { Attribute: 'colour', Value: 'blue' }],
  ['InvalidParameterValue', { Description: { Value: 'x'.repeat(256) } }],
  ['UnsupportedOperation', { LaunchPermission: { Add: [{ Group: 'all' }] } }],
  ['UnsupportedOperation', { Attribute: 'launchPermission', OperationType: 'add', UserIds: ['210987654321'] }],
])('%s for %j, and the image stays as it was', async (code, change) => {
  const api = await startTestApi();
  const ImageId = await ownImage(api);
  const before = await describe(api, ImageId);
  await expectRefusal(api.call('ModifyImageAttribute', { ImageId, ...change }), code);
  expect(await describe(api, ImageId)).toEqual(before);
});

test('ImdsSupport can be set to v2.0 and never be unset', async () => {
  const api = await startTestApi();
  const ImageId = await ownImage(api);
  await api.call('ModifyImageAttribute', { ImageId, ImdsSupport: { Value: 'v2.0' } });
  for (const Value of ['', 'v1.0', 'V2.0', 'null']) {
    await expectRefusal(api.call('ModifyImageAttribute', { ImageId, ImdsSupport: { Value } }), 'InvalidParameterValue');
  }
  await api.call('ModifyImageAttribute', { ImageId, Attribute: 'imdsSupport', Value: 'v2.0' });
  expect(await describe(api, ImageId)).toMatchObject({ ImdsSupport: 'v2.0', Description: 'first' });
});

test('a description changes in either way of asking, and can be empty', async () => {
  const api = await startTestApi();
  const ImageId = await ownImage(api);
  await api.call('ModifyImageAttribute', { ImageId, Description: { Value: 'second' } });
  expect((await describe(api, ImageId)).Description).toBe('second');
  await api.call('ModifyImageAttribute', { ImageId, Attribute: 'description', Value: '' });
  expect((await describe(api, ImageId)).Description).toBe('');
});

test('the Query form: ImdsSupport.Value', async () => {
  const api = await startTestApi();
  const id = await ownImage(api);
  const xml = await api.query(`Action=ModifyImageAttribute&ImageId=${id}&ImdsSupport.Value=v2.0`);
  expect(xml).toContain('<return>true</return>');
  expect((await describe(api, id)).ImdsSupport).toBe('v2.0');
});
