/**
 * The AMIs that exist in every Region from the start, with the same ids everywhere.
 *
 * They hold no file systems: an AMI here says which architecture an instance has, how its root device is called, and
 * whether IMDSv2 is required by default (`ImdsSupport`, aws-behaviour 3.3). Accounts register more with RegisterImage.
 */

import type { Image } from '../model.ts';

/** The alias under which AWS's own images are listed. */
const OWNER = 'amazon';
const CREATED = '2026-01-01T00:00:00.000Z';

type Row = Pick<Image, 'ImageId' | 'Name' | 'Description' | 'Architecture' | 'ImdsSupport'> & { root?: string };

const ROWS: readonly Row[] = [
  {
    // The placeholder of AWS's documentation: its examples work as printed.
    ImageId: 'ami-0abcdef1234567890',
    Name: 'openimds/example-x86_64',
    Description:
      'The id in the examples of the documentation; leaves the metadata options to the account and the launch',
    Architecture: 'x86_64',
  },
  {
    ImageId: 'ami-0abcdef1234567891',
    Name: 'openimds/example-arm64',
    Description: 'As the example image, for arm64 instance types',
    Architecture: 'arm64',
  },
  {
    ImageId: 'ami-0a120230000000001',
    Name: 'openimds/al2023-x86_64',
    Description: 'Like Amazon Linux 2023: ImdsSupport v2.0, so that instances require IMDSv2 by default',
    Architecture: 'x86_64',
    ImdsSupport: 'v2.0',
  },
  {
    ImageId: 'ami-0a120230000000002',
    Name: 'openimds/al2023-arm64',
    Description: 'Like Amazon Linux 2023 for arm64: ImdsSupport v2.0, so that instances require IMDSv2 by default',
    Architecture: 'arm64',
    ImdsSupport: 'v2.0',
  },
  {
    ImageId: 'ami-0a120020000000001',
    Name: 'openimds/al2-x86_64',
    Description: 'Like Amazon Linux 2: from before ImdsSupport',
    Architecture: 'x86_64',
  },
  {
    ImageId: 'ami-0ab24040000000001',
    Name: 'openimds/ubuntu-24.04-x86_64',
    Description: 'Like Ubuntu 24.04: ImdsSupport v2.0',
    Architecture: 'x86_64',
    ImdsSupport: 'v2.0',
    root: '/dev/sda1',
  },
  {
    ImageId: 'ami-0ab24040000000002',
    Name: 'openimds/ubuntu-24.04-arm64',
    Description: 'Like Ubuntu 24.04 for arm64: ImdsSupport v2.0',
    Architecture: 'arm64',
    ImdsSupport: 'v2.0',
    root: '/dev/sda1',
  },
  {
    ImageId: 'ami-0deb1100000000001',
    Name: 'openimds/debian-11-x86_64',
    Description: 'Like Debian 11: from before ImdsSupport',
    Architecture: 'x86_64',
  },
  {
    ImageId: 'ami-0deb1100000000002',
    Name: 'openimds/debian-11-arm64',
    Description: 'Like Debian 11 for arm64: from before ImdsSupport',
    Architecture: 'arm64',
  },
];

const IMAGES: readonly Image[] = ROWS.map(({ root = '/dev/xvda', ...row }) => ({
  ...row,
  RootDeviceName: root,
  CreationDate: CREATED,
  owner: OWNER,
  Public: true,
}));

const BY_ID = new Map(IMAGES.map((image) => [image.ImageId, image]));

/** Every image of the catalogue, in a fixed order. */
export function catalogueImages(): readonly Image[] {
  return IMAGES;
}

export function findCatalogueImage(ImageId: string): Image | undefined {
  return BY_ID.get(ImageId);
}
