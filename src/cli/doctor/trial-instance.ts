/**
 * The instance with which `openimds doctor` tries a hop limit: everything that a host is told of an instance, for one that no
 * control plane has. It has both endpoints of its metadata service and a hop limit of 1.
 */

import type { DesiredInstance } from '../../model.ts';

export const INSTANCE_ID = 'i-00000000000000001';
const VPC_ID = 'vpc-00000000000000001';

/** Of the instance, and behind it. Nobody else can meet them, as a VPC is a network namespace. */
export const ADDRESSES = {
  ipv4: {
    subnet: '10.0.0.0/24',
    instance: '10.0.0.5',
    inside: '10.0.1.0/24',
    router: '10.0.1.1',
    container: '10.0.1.2',
  },
  ipv6: {
    subnet: 'fd00:d0c::/64',
    instance: 'fd00:d0c::5',
    inside: 'fd00:d0c:1::/64',
    router: 'fd00:d0c:1::1',
    container: 'fd00:d0c:1::2',
  },
} as const;

export function trialInstance(): DesiredInstance {
  const scope = { account: '000000000000', region: 'us-east-1' };
  const { ipv4, ipv6 } = ADDRESSES;
  const place = { SubnetId: 'subnet-00000000000000001', VpcId: VPC_ID };
  return {
    revision: 1,
    run: 'running',
    instance: {
      ...scope,
      ...place,
      InstanceId: INSTANCE_ID,
      ReservationId: 'r-00000000000000001',
      AmiLaunchIndex: 0,
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.large',
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      LaunchTime: '2026-01-01T00:00:00Z',
      AvailabilityZone: 'us-east-1a',
      NetworkInterfaces: [
        {
          ...place,
          NetworkInterfaceId: 'eni-00000000000000001',
          DeviceIndex: 0,
          MacAddress: '02:00:00:00:00:01',
          PrivateIpAddress: ipv4.instance,
          Ipv6Addresses: [ipv6.instance],
          Groups: [],
        },
      ],
      Monitoring: 'disabled',
      State: 'running',
      StateTransitionReason: '',
      MetadataOptions: {
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 1,
        HttpEndpoint: 'enabled',
        HttpProtocolIpv4: 'enabled',
        HttpProtocolIpv6: 'enabled',
        InstanceMetadataTags: 'disabled',
      },
      tokenGeneration: 1,
      revision: 1,
      optionsRevision: 1,
      appliedRevision: 0,
      host: 'doctor',
    },
    Tags: [],
    SecurityGroups: [],
    Subnets: [
      {
        ...scope,
        ...place,
        AvailabilityZone: 'us-east-1a',
        CidrBlock: ipv4.subnet,
        Ipv6CidrBlock: ipv6.subnet,
        Ipv6Native: false,
        DefaultForAz: true,
        AssignIpv6AddressOnCreation: true,
      },
    ],
    Vpc: { ...scope, VpcId: VPC_ID, CidrBlock: '10.0.0.0/16', IsDefault: true },
  };
}
