/**
 * The instance identity document, to the byte: order of keys, two spaces, ` : `, no line feed at the end (aws-behaviour
 * 2.3, CAP-18). Signatures are computed over these very bytes.
 */

import type { Instance } from '../model.ts';
import { spacedJson } from './spaced-json.ts';

/** Of the format, not of the metadata tree: every version serves the same document. */
const DOCUMENT_VERSION = '2017-09-30';

export function identityDocument(instance: Instance): string {
  const primary = instance.NetworkInterfaces[0];
  return spacedJson([
    ['accountId', instance.account],
    ['architecture', instance.Architecture],
    ['availabilityZone', instance.AvailabilityZone],
    ['billingProducts', null],
    ['devpayProductCodes', null],
    ['marketplaceProductCodes', null],
    ['imageId', instance.ImageId],
    ['instanceId', instance.InstanceId],
    ['instanceType', instance.InstanceType],
    ['kernelId', null],
    ['pendingTime', instance.LaunchTime],
    ['privateIp', primary.PrivateIpAddress ?? primary.Ipv6Addresses[0] ?? null],
    ['ramdiskId', null],
    ['region', instance.region],
    ['version', DOCUMENT_VERSION],
  ]);
}
