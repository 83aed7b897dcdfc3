/**
 * DescribeImageAttribute: to the image's owner only, and what AWS answers for attributes that nobody sees.
 * The attribute that matters here is imdsSupport.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

async function ownImage(api: TestApi, input: object = {}): Promise<string> {
  return (await api.call('RegisterImage', { Name: 'my-image', ...input })).ImageId ?? '';
}

test('attributes of an image of somebody else are not shown', async () => {
  const api = await startTestApi();
  await expectRefusal(
    api.call('DescribeImageAttribute', { ImageId: EXAMPLE_IMAGE, Attribute: 'imdsSupport' }),
    'AuthFailure',
    `Not authorized for image:${EXAMPLE_IMAGE}`,
  );
});

test('AWS shows block devices to nobody, and knows no other attribute', async () => {
  const api = await startTestApi();
  const ImageId = await ownImage(api);
  const refusal = (Attribute: string, code: string, message: string) =>
    expectRefusal(api.call('DescribeImageAttribute', { ImageId, Attribute }), code, message);
  await refusal('blockDeviceMapping', 'AuthFailure', 'Unauthorized attempt to access restricted resource');
  await refusal('TpmSupport', 'InvalidRequest', 'The request received was invalid.');
  await refusal('constructor', 'InvalidRequest', 'The request received was invalid.');
});

test.each([
  ['imdsSupport', { ImdsSupport: 'v2.0' }, { ImdsSupport: { Value: 'v2.0' } }],
  ['imdsSupport', {}, { ImdsSupport: { Value: undefined } }],
  ['description', { Description: 'mine' }, { Description: { Value: 'mine' } }],
  ['launchPermission', {}, { LaunchPermissions: [] }],
  ['tpmSupport', {}, { TpmSupport: {} }],
])('the attribute %s of an image registered with %j', async (Attribute, input, expected) => {
  const api = await startTestApi();
  const ImageId = await ownImage(api, input);
  expect(await api.call('DescribeImageAttribute', { ImageId, Attribute })).toEqual({ ImageId, ...expected });
});

test('the Query form', async () => {
  const api = await startTestApi();
  const id = await ownImage(api, { ImdsSupport: 'v2.0' });
  const xml = await api.query(`Action=DescribeImageAttribute&ImageId=${id}&Attribute=imdsSupport`);
  expect(xml).toContain('<imdsSupport><value>v2.0</value></imdsSupport>');
});
