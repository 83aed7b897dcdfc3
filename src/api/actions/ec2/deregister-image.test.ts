/**
 * DeregisterImage: only by its owner; the image goes with its tags, and leaves its instances alone.
 * Whether it is really gone is asked of the other actions.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, launch, startTestApi } from '../../testing.ts';

test('an image of somebody else, or of nobody, is not deregistered', async () => {
  const api = await startTestApi();
  const { ImageId } = await api.call('RegisterImage', { Name: 'my-image' });
  const message = `Not authorized for image:${EXAMPLE_IMAGE}`;
  await expectRefusal(api.call('DeregisterImage', { ImageId: EXAMPLE_IMAGE }), 'AuthFailure', message);
  await expectRefusal(
    api.as({ account: '210987654321' }).call('DeregisterImage', { ImageId }),
    'InvalidAMIID.NotFound',
  );
  await expectRefusal(api.call('DeregisterImage', { ImageId: 'my-image' }), 'InvalidAMIID.Malformed');
  expect((await api.call('DescribeImages', { Owners: ['self'] })).Images).toHaveLength(1);
});

test('a deregistered image is gone with its tags; its instances stay', async () => {
  const api = await startTestApi();
  const { ImageId } = await api.call('RegisterImage', {
    Name: 'my-image',
    Architecture: 'x86_64',
    TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'a', Value: 'b' }] }],
  });
  const instance = await launch(api, { ImageId });
  expect(await api.query(`Action=DeregisterImage&ImageId=${ImageId}`)).toContain('<return>true</return>');

  await expectRefusal(api.call('DescribeImages', { ImageIds: [ImageId] }), 'InvalidAMIID.NotFound');
  expect((await api.call('DescribeTags')).Tags).toEqual([]);
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [instance] });
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({ ImageId, Architecture: 'x86_64' });
});
