/** What the tests of the leaves start from: one instance, changed where a test needs it. */

import type { Instance } from './model.ts';

/** A pending instance of revision 5, which nobody has acknowledged yet, with `fields`. */
export function instance(fields: Partial<Instance>): Instance {
  return {
    account: '000000000000',
    region: 'us-east-1',
    InstanceId: 'i-0123456789abcdef0',
    ReservationId: 'r-0123456789abcdef0',
    AmiLaunchIndex: 0,
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.large',
    Architecture: 'x86_64',
    RootDeviceName: '/dev/xvda',
    LaunchTime: '2026-11-23T00:00:00Z',
    AvailabilityZone: 'us-east-1a',
    SubnetId: 'subnet-0123456789abcdef0',
    VpcId: 'vpc-0123456789abcdef0',
    NetworkInterfaces: [
      {
        NetworkInterfaceId: 'eni-0123456789abcdef0',
        DeviceIndex: 0,
        MacAddress: '02:00:00:00:00:01',
        SubnetId: 'subnet-0123456789abcdef0',
        VpcId: 'vpc-0123456789abcdef0',
        Ipv6Addresses: [],
        Groups: [],
      },
    ],
    Monitoring: 'disabled',
    State: 'pending',
    StateTransitionReason: '',
    MetadataOptions: {
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv4: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    },
    tokenGeneration: 1,
    revision: 5,
    optionsRevision: 5,
    appliedRevision: 0,
    host: 'local',
    ...fields,
  };
}
