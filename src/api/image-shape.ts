/**
 * An image as EC2 describes it: from the catalogue's or the store's to AWS's `Image` shape.
 */

import type { Image as SdkImage } from '@aws-sdk/client-ec2';
import type { Image, Tag } from '../model.ts';

/** The account behind AWS's alias `amazon`. */
const AMAZON = '137112412989';

export type DescribedImage = SdkImage & { Tags: Tag[]; OwnerId: string };

export function describeImage(image: Image, Tags: Tag[]): DescribedImage {
  const isAlias = image.owner === 'amazon';
  return {
    Architecture: image.Architecture,
    // Images hold no file systems here.
    BlockDeviceMappings: [],
    CreationDate: image.CreationDate,
    ...(image.Description !== undefined && { Description: image.Description }),
    EnaSupport: true,
    Hypervisor: 'xen',
    ImageId: image.ImageId,
    ImageLocation: `${image.owner}/${image.Name}`,
    ...(isAlias && { ImageOwnerAlias: image.owner }),
    ImageType: 'machine',
    ...(image.ImdsSupport !== undefined && { ImdsSupport: image.ImdsSupport }),
    Name: image.Name,
    OwnerId: isAlias ? AMAZON : image.owner,
    PlatformDetails: 'Linux/UNIX',
    Public: image.Public,
    RootDeviceName: image.RootDeviceName,
    RootDeviceType: 'ebs',
    State: 'available',
    Tags,
    UsageOperation: 'RunInstances',
    VirtualizationType: 'hvm',
  };
}
