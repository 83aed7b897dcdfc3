/** The identity document against one that AWS gave out, byte for byte (aws-behaviour 2.3, CAP-18). */

import { expect, test } from 'vitest';
import { identityDocument } from './identity-document.ts';
import { desiredInstance, PRIMARY } from './testing.ts';

test('order of keys, spaces and the absent line feed are those of AWS', () => {
  expect(identityDocument(desiredInstance().instance)).toBe(`{
  "accountId" : "123456789012",
  "architecture" : "x86_64",
  "availabilityZone" : "us-east-1a",
  "billingProducts" : null,
  "devpayProductCodes" : null,
  "marketplaceProductCodes" : null,
  "imageId" : "ami-0abcdef1234567890",
  "instanceId" : "i-0123456789abcdef0",
  "instanceType" : "t3.large",
  "kernelId" : null,
  "pendingTime" : "2026-11-23T09:00:00Z",
  "privateIp" : "10.0.0.5",
  "ramdiskId" : null,
  "region" : "us-east-1",
  "version" : "2017-09-30"
}`);
});

test('privateIp is the IPv6 address of an IPv6-only instance', () => {
  const { PrivateIpAddress: _, ...ipv6Only } = PRIMARY;
  const { instance } = desiredInstance({ instance: { NetworkInterfaces: [ipv6Only] } });
  expect(JSON.parse(identityDocument(instance))).toMatchObject({ privateIp: '2001:db8:0:1::5' });
});
