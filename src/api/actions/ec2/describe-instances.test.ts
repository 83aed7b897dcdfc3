/**
 * DescribeInstances: by id, by filter, by page; and that nobody sees what is not theirs.
 */

import { describe, expect, test } from 'vitest';
import { arrive, expectRefusal, launch, startTestApi, type TestApi, write } from '../../testing.ts';

async function ids(api: TestApi, input: object = {}): Promise<(string | undefined)[]> {
  const { Reservations } = await api.call('DescribeInstances', input);
  return (Reservations ?? []).flatMap((each) => each.Instances ?? []).map((each) => each.InstanceId);
}

const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

describe('by id', () => {
  test('all that are missing are named', async () => {
    const api = await startTestApi();
    const found = await launch(api);
    await expectRefusal(
      ids(api, { InstanceIds: ['i-00000001', found, 'i-00000002'] }),
      'InvalidInstanceID.NotFound',
      "The instance IDs 'i-00000001, i-00000002' do not exist",
    );
    await expectRefusal(ids(api, { InstanceIds: ['x'] }), 'InvalidInstanceID.Malformed', 'Invalid id: "x"');
    expect(await ids(api, { InstanceIds: [found, found] })).toEqual([found]);
  });

  test('a terminated instance has lost its place in the network', async () => {
    const api = await startTestApi();
    const id = await launch(api);
    await api.inStore(async (tx) => {
      const [instance] = await tx.instances.get(api.scope, [id]);
      if (instance) await tx.instances.update([{ ...instance, State: 'terminated', terminatedAtMs: 0 }]);
    });
    const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
    const described = Reservations?.[0]?.Instances?.[0];
    expect(described).toMatchObject({
      State: { Code: 48 },
      NetworkInterfaces: [],
      MetadataOptions: { State: 'pending' },
    });
    expect(described?.PrivateIpAddress).toBeUndefined();
    expect(described?.PublicIpAddress).toBeUndefined();
    expect(described?.PublicDnsName).toBe('');
  });
});

test('why an instance is in its state: nothing after a launch, AWS itself, or a user', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const reason = async () => {
    const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
    return Reservations?.[0]?.Instances?.[0]?.StateReason;
  };
  expect(await reason()).toBeUndefined();
  const words = [
    [undefined, 'Client.UserInitiatedShutdown', 'User initiated shutdown'],
    ['Server.ScheduledStop', 'Server.ScheduledStop', 'Stopped due to scheduled retirement'],
    ['Server.SpotInstanceShutdown', 'Server.SpotInstanceShutdown', 'Spot instance shutdown'],
    ['Server.SpotInstanceTermination', 'Server.SpotInstanceTermination', 'Spot instance termination'],
  ] as const;
  for (const [StateReasonCode, Code, message] of words) {
    const StateTransitionReason = 'Service initiated (2026-11-23 10:00:00 GMT)';
    await write(api, id, { StateTransitionReason, ...(StateReasonCode && { StateReasonCode }) });
    expect(await reason()).toEqual({ Code, Message: `${Code}: ${message}` });
    expect(await ids(api, filter('state-reason-code', Code))).toEqual([id]);
    expect(await ids(api, filter('state-reason-message', `*${message}`))).toEqual([id]);
    expect(await ids(api, filter('reason', 'Service*'))).toEqual([id]);
    expect(await ids(api, filter('state-reason-code', 'Server.InternalError'))).toEqual([]);
  }
});

describe('by filter', () => {
  test('an unknown filter is an error, never ignored', async () => {
    const api = await startTestApi();
    await expectRefusal(
      ids(api, filter('metadata-options', 'x')),
      'InvalidParameterValue',
      "The filter 'metadata-options' is invalid",
    );
    await expectRefusal(ids(api, filter('constructor', 'x')), 'InvalidParameterValue');
  });

  test('no more than 50 filters, 200 values of each, and no endless ones', async () => {
    const api = await startTestApi();
    const Filters = Array.from({ length: 51 }, () => ({ Name: 'tag:a', Values: ['b'] }));
    await expectRefusal(ids(api, { Filters }), 'FilterLimitExceeded');
    expect(await ids(api, { Filters: Filters.slice(1) })).toEqual([]);
    await expectRefusal(ids(api, filter('image-id', ...Array<string>(201).fill('x'))), 'FilterLimitExceeded');
    await expectRefusal(ids(api, filter('image-id', 'x'.repeat(513))), 'FilterLimitExceeded');
  });

  test('each metadata option', async () => {
    const api = await startTestApi();
    const plain = await launch(api);
    const other = await launch(api, {
      MetadataOptions: {
        HttpEndpoint: 'enabled',
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        HttpProtocolIpv4: 'disabled',
        HttpProtocolIpv6: 'enabled',
        InstanceMetadataTags: 'enabled',
      },
    });
    const off = await launch(api, { MetadataOptions: { HttpEndpoint: 'disabled' } });
    expect(await ids(api, filter('metadata-options.http-tokens', 'required'))).toEqual([other]);
    expect(await ids(api, filter('metadata-options.http-tokens', 'optional'))).toEqual([plain, off]);
    expect(await ids(api, filter('metadata-options.http-put-response-hop-limit', '2'))).toEqual([other]);
    expect(await ids(api, filter('metadata-options.http-endpoint', 'disabled'))).toEqual([off]);
    expect(await ids(api, filter('metadata-options.http-protocol-ipv4', 'disabled'))).toEqual([other]);
    expect(await ids(api, filter('metadata-options.http-protocol-ipv6', 'enabled'))).toEqual([other]);
    expect(await ids(api, filter('metadata-options.instance-metadata-tags', 'enabled'))).toEqual([other]);
    expect(await ids(api, filter('metadata-options.state', 'applied'))).toEqual([]);
    expect(await ids(api, filter('metadata-options.http-tokens', 'req*'))).toEqual([other]);
  });

  test('what any of its network interfaces has', async () => {
    const api = await startTestApi();
    const lone = await launch(api, { InstanceType: 'm5.large' });
    const several = await launch(api, {
      InstanceType: 'm5.large',
      NetworkInterfaces: [
        { DeviceIndex: 0, SecondaryPrivateIpAddressCount: 1 },
        { DeviceIndex: 1, Description: 'storage', Ipv4PrefixCount: 1 },
      ],
    });
    const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [several] });
    const [first, second] = Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
    const found = async (name: string, value: unknown) => ids(api, filter(`network-interface.${name}`, String(value)));
    expect(await found('attachment.device-index', 1)).toEqual([several]);
    expect(await found('attachment.network-card-index', 0)).toEqual([lone, several]);
    expect(await found('description', 'storage')).toEqual([several]);
    expect(await found('mac-address', second?.MacAddress)).toEqual([several]);
    expect(await found('network-interface-id', second?.NetworkInterfaceId)).toEqual([several]);
    expect(await found('private-ip-address', second?.PrivateIpAddress)).toEqual([several]);
    expect(await found('ipv4-prefixes.ipv4-prefix', second?.Ipv4Prefixes?.[0]?.Ipv4Prefix)).toEqual([several]);
    const secondary = first?.PrivateIpAddresses?.[1]?.PrivateIpAddress;
    expect(await found('addresses.private-ip-address', secondary)).toEqual([several]);
    expect(await found('private-ip-address', secondary)).toEqual([]);
    expect(await found('subnet-id', first?.SubnetId)).toEqual([lone, several]);
  });

  test('its public address and name', async () => {
    const api = await startTestApi();
    const id = await launch(api);
    await launch(api, { NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }] });
    const [address, name] = ['198.18.0.1', 'ec2-198-18-0-1.compute-1.amazonaws.com'];
    expect(await ids(api, filter('ip-address', address))).toEqual([id]);
    expect(await ids(api, filter('dns-name', name))).toEqual([id]);
    for (const of of ['association', 'addresses.association']) {
      expect(await ids(api, filter(`network-interface.${of}.public-ip`, address))).toEqual([id]);
      expect(await ids(api, filter(`network-interface.${of}.public-dns-name`, name))).toEqual([id]);
    }
    expect(await ids(api, filter('network-interface.public-dns-name', 'ec2-*'))).toEqual([id]);
    expect(await ids(api, filter('ip-address', '198.18.0.2'))).toEqual([]);
  });

  test('where it is placed, and whether it is configured for hibernation', async () => {
    const api = await startTestApi();
    const plain = await launch(api);
    const placed = await launch(api, {
      Placement: { GroupName: 'web', PartitionNumber: 2, Tenancy: 'dedicated' },
      HibernationOptions: { Configured: true },
    });
    expect(await ids(api, filter('placement-group-name', 'web'))).toEqual([placed]);
    expect(await ids(api, filter('placement-partition-number', '2'))).toEqual([placed]);
    expect(await ids(api, filter('tenancy', 'default'))).toEqual([plain]);
    expect(await ids(api, filter('hibernation-options.configured', 'true'))).toEqual([placed]);
  });

  test('tags and their keys, exact and with wildcards; a backslash takes a wildcard its meaning', async () => {
    const api = await startTestApi();
    const tagged = (Key: string, Value: string) =>
      launch(api, { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key, Value }] }] });
    const web = await tagged('Name', 'web-1');
    const star = await tagged('Name', 'web*1');
    const team = await tagged('Team', 'web-1');
    expect(await ids(api, filter('tag:Name', 'web-1'))).toEqual([web]);
    expect(await ids(api, filter('tag:Name', 'web?1'))).toEqual([web, star]);
    expect(await ids(api, filter('tag:Name', 'web\\*1'))).toEqual([star]);
    expect(await ids(api, filter('tag-key', 'Team', 'None'))).toEqual([team]);
    expect(await ids(api, filter('tag-key', 'T*'))).toEqual([team]);
    expect(await ids(api, filter('tag:name', 'web-1'))).toEqual([]);
  });

  test('of several filters all must hold, of several values one', async () => {
    const api = await startTestApi();
    const small = await launch(api, { InstanceType: 't3.micro' });
    const large = await launch(api, { InstanceType: 't3.large', Monitoring: { Enabled: true } });
    expect(await ids(api, filter('instance-type', 't3.micro', 't3.large'))).toEqual([small, large]);
    const both = [
      { Name: 'instance-type', Values: ['t3.*'] },
      { Name: 'monitoring-state', Values: ['enabled'] },
    ];
    expect(await ids(api, { Filters: both })).toEqual([large]);
    expect(await ids(api, filter('instance-state-code', '0'))).toEqual([small, large]);
    expect(await ids(api, filter('instance-state-name'))).toEqual([]);
  });
});

test('by security group and by attributes: as they are now, and not once the instance has ended', async () => {
  const api = await startTestApi();
  const plain = await launch(api);
  const changed = await launch(api, { EbsOptimized: true });
  const { GroupId = '' } = await api.call('CreateSecurityGroup', { GroupName: 'web', Description: 'web servers' });
  await api.call('ModifyInstanceAttribute', { InstanceId: changed, Groups: [GroupId] });
  await api.call('ModifyInstanceAttribute', { InstanceId: changed, SourceDestCheck: { Value: false } });
  for (const where of ['instance', 'network-interface']) {
    expect(await ids(api, filter(`${where}.group-id`, GroupId))).toEqual([changed]);
    expect(await ids(api, filter(`${where}.group-name`, 'w*'))).toEqual([changed]);
    expect(await ids(api, filter(`${where}.group-name`, 'default'))).toEqual([plain]);
  }
  expect(await ids(api, filter('source-dest-check', 'true'))).toEqual([plain]);
  expect(await ids(api, filter('network-interface.source-dest-check', 'false'))).toEqual([changed]);
  expect(await ids(api, filter('ebs-optimized', 'true'))).toEqual([changed]);
  await arrive(api, changed, 'terminated');
  expect(await ids(api, filter('instance.group-id', GroupId))).toEqual([]);
});

describe('by page', () => {
  test('every instance comes once, in order of launch', async () => {
    const api = await startTestApi();
    const launched: string[] = [];
    for (let n = 0; n < 12; n++) launched.push(await launch(api));
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await api.call('DescribeInstances', { MaxResults: 5, NextToken });
      seen.push(...(page.Reservations ?? []).flatMap((each) => each.Instances ?? []).map((each) => each.InstanceId));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(seen).toEqual(launched);
  });

  test('MaxResults from 5 to 1000, and not beside ids; a token of another action is no token', async () => {
    const api = await startTestApi();
    const id = await launch(api);
    await expectRefusal(
      ids(api, { MaxResults: 4 }),
      'InvalidParameterValue',
      'Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than or equal to 5.',
    );
    await expectRefusal(ids(api, { MaxResults: 1001 }), 'InvalidParameterValue');
    await expectRefusal(ids(api, { MaxResults: 5, InstanceIds: [id] }), 'InvalidParameterCombination');
    for (let n = 0; n < 5; n++) await launch(api);
    const { NextToken } = await api.call('DescribeInstances', { MaxResults: 5 });
    await expectRefusal(api.call('DescribeInstanceStatus', { NextToken }), 'InvalidNextToken');
    await expectRefusal(ids(api, { NextToken: `${NextToken}x` }), 'InvalidNextToken');
  });
});

test('accounts and Regions see only their own', async () => {
  const api = await startTestApi();
  await launch(api);
  expect(await ids(api.as({ account: '999999999999' }))).toEqual([]);
  expect(await ids(api.as({ region: 'eu-west-1' }))).toEqual([]);
});
