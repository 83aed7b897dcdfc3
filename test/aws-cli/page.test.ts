/**
 * The commands of AWS's page "Configure the instance metadata options", as printed there, with the real AWS CLI; after
 * each, `curl` shows that the option is in force: at the instance's loopback address, and within an instance that is a
 * network namespace, where the addresses are AWS's own.
 *
 * The shell has done `eval "$(openimds env)"` and nothing else. Only the page's ellipsis is left out, and its example
 * instance id stands for the instance that was launched.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rootEnvironment, startInNamespaces, whyNoNamespaces } from '../netns/namespaces.ts';
import {
  cleanEnvironment,
  eventually,
  type Launched,
  OPENIMDS,
  type OpenImds,
  type Ran,
  reach,
  run,
  startOpenImds,
} from '../openimds.ts';

let openimds: OpenImds;

/** A line of shell in an environment that `openimds env` has prepared. */
async function shell(line: string): Promise<unknown> {
  const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, OPENIMDS_STATE: openimds.state };
  const { status, stdout, stderr } = await run('/bin/sh', ['-c', `eval "$(${OPENIMDS} env)"\n${line}`], env);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

type Reservation = { Instances: { InstanceId: string; InstanceType: string; MetadataOptions: object }[] };

async function launch(line: string): Promise<Launched & { InstanceType: string; MetadataOptions: object }> {
  const [instance] = ((await shell(line)) as Reservation).Instances;
  if (!instance) throw new Error('no instance was launched');
  return { ...instance, ...(await reach(openimds, instance.InstanceId, 'running')) };
}

async function modify(line: string, instance: Launched): Promise<object> {
  const answer = await shell(line.replace('i-1234567898abcdef0', instance.InstanceId));
  const { InstanceId, InstanceMetadataOptions } = answer as { InstanceId: string; InstanceMetadataOptions: object };
  expect(InstanceId).toBe(instance.InstanceId);
  return InstanceMetadataOptions;
}

/** Plain `curl`, as a program on the instance runs it. */
function curl({ netns }: Launched, ...args: string[]): Promise<Ran> {
  const command = ['curl', '-s', '-g', ...args];
  return netns === ''
    ? run('curl', command.slice(1))
    : run('ip', ['netns', 'exec', netns, ...command], rootEnvironment());
}

/** The HTTP status that it sees; `000` when nothing answers. */
async function status(instance: Launched, ...args: string[]): Promise<string> {
  return (await curl(instance, '-o', '/dev/null', '-w', '%{http_code}', ...args)).stdout;
}

const INSTANCE_ID = '/latest/meta-data/instance-id';

/** What the instance answers to IMDSv1, to the token PUT, and to IMDSv2. */
async function probe(
  instance: Launched,
  base: string = instance.ipv4,
): Promise<{ v1: string; put: string; v2: string }> {
  const ttl = ['-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 21600'];
  const token = (await curl(instance, '-f', ...ttl, `${base}/latest/api/token`)).stdout;
  return {
    v1: await status(instance, base + INSTANCE_ID),
    put: await status(instance, `${base}/latest/api/token`, ...ttl),
    v2: await status(instance, base + INSTANCE_ID, '-H', `X-aws-ec2-metadata-token: ${token}`),
  };
}

describe.each(['loopback', 'netns'] as const)('%s', (substrate) => {
  const reason = substrate === 'netns' ? whyNoNamespaces() : undefined;
  beforeAll(async () => {
    if (reason === undefined) openimds = await (substrate === 'netns' ? startInNamespaces() : startOpenImds());
  });
  beforeEach(({ skip }) => skip(reason !== undefined, reason));
  afterAll(async () => {
    if (reason === undefined) await openimds[Symbol.asyncDispose]();
  });

  describe('new instances', () => {
    test('To require the use of IMDSv2 on a new instance', async () => {
      const instance = await launch(
        'aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type c3.large --metadata-options "HttpEndpoint=enabled,HttpTokens=required"',
      );
      expect(instance.InstanceType).toBe('c3.large');
      expect(instance.MetadataOptions).toMatchObject({
        State: 'pending',
        HttpTokens: 'required',
        HttpEndpoint: 'enabled',
      });
      expect(await probe(instance)).toEqual({ v1: '401', put: '200', v2: '200' });
    });

    test('Configure IPv4 and IPv6 endpoints: the example enables both', async () => {
      const instance = await launch(
        'aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.large --metadata-options "HttpEndpoint=enabled, HttpProtocolIpv4=enabled, HttpProtocolIpv6=enabled"',
      );
      expect(instance.MetadataOptions).toMatchObject({ HttpProtocolIpv4: 'enabled', HttpProtocolIpv6: 'enabled' });
      expect(await probe(instance)).toEqual({ v1: '200', put: '200', v2: '200' });
      expect(await probe(instance, instance.ipv6)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('HttpProtocolIpv4=disabled leaves no IPv4 endpoint', async () => {
      const instance = await launch(
        'aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.large --metadata-options "HttpEndpoint=enabled, HttpProtocolIpv4=disabled, HttpProtocolIpv6=enabled"',
      );
      expect(instance.ipv4).toBe('');
      expect(await probe(instance, instance.ipv6)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('To turn off access to instance metadata', async () => {
      const instance = await launch(
        'aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type c3.large --metadata-options "HttpEndpoint=disabled"',
      );
      expect(await probe(instance)).toEqual({ v1: '403', put: '403', v2: '403' });
    });

    test('When you specify a value for HttpTokens, you must also set HttpEndpoint to enabled', async () => {
      const launching = shell(
        'aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type c3.large --metadata-options "HttpTokens=required"',
      );
      await expect(launching).rejects.toThrow(
        "(InvalidParameterValue) when calling the RunInstances operation: The HttpEndpoint is not set to 'enabled' in this request. To specify a value for HttpTokens, set HttpEndpoint to 'enabled'.",
      );
    });
  });

  describe('existing instances', () => {
    let instance: Launched;

    beforeAll(async () => {
      if (reason !== undefined) return;
      instance = await openimds.launch();
      expect(await probe(instance)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('To require the use of IMDSv2', async () => {
      const options = await modify(
        'aws ec2 modify-instance-metadata-options \\\n --instance-id i-1234567898abcdef0 \\\n --http-tokens required \\\n --http-endpoint enabled',
        instance,
      );
      expect(options).toMatchObject({ State: 'pending', HttpTokens: 'required' });
      expect(await probe(instance)).toEqual({ v1: '401', put: '200', v2: '200' });
    });

    test('To change the PUT response hop limit', async () => {
      const options = await modify(
        'aws ec2 modify-instance-metadata-options \\\n --instance-id i-1234567898abcdef0 \\\n --http-put-response-hop-limit 3 \\\n --http-endpoint enabled',
        instance,
      );
      expect(options).toMatchObject({ HttpPutResponseHopLimit: 3, HttpTokens: 'required' });
    });

    test('To restore the use of IMDSv1 on an instance using IMDSv2', async () => {
      const options = await modify(
        'aws ec2 modify-instance-metadata-options \\\n --instance-id i-1234567898abcdef0 \\\n --http-tokens optional \\\n --http-endpoint enabled',
        instance,
      );
      expect(options).toMatchObject({ HttpTokens: 'optional', HttpPutResponseHopLimit: 3 });
      expect(await probe(instance)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('To turn on the IPv6 endpoint for your instance', async () => {
      const options = await modify(
        'aws ec2 modify-instance-metadata-options \\\n --instance-id i-1234567898abcdef0 \\\n --http-protocol-ipv6 enabled \\\n --http-endpoint enabled',
        instance,
      );
      expect(options).toMatchObject({ HttpProtocolIpv6: 'enabled' });
      const ipv6 = await eventually(async () => {
        const listed = (await openimds.instances()).find((each) => each.InstanceId === instance.InstanceId);
        return listed?.Endpoints.ipv6;
      });
      expect(await probe(instance, ipv6)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('To turn off access to instance metadata; you can reverse this change at any time', async () => {
      const options = await modify(
        'aws ec2 modify-instance-metadata-options \\\n --instance-id i-1234567898abcdef0 \\\n --http-endpoint disabled',
        instance,
      );
      expect(options).toMatchObject({ HttpEndpoint: 'disabled' });
      expect(await probe(instance)).toEqual({ v1: '403', put: '403', v2: '403' });
      await modify(
        'aws ec2 modify-instance-metadata-options --instance-id i-1234567898abcdef0 --http-endpoint enabled',
        instance,
      );
      expect(await probe(instance)).toEqual({ v1: '200', put: '200', v2: '200' });
    });

    test('DescribeInstances says applied once the host has applied the change', async () => {
      const line = `aws ec2 describe-instances --filters Name=metadata-options.state,Values=applied Name=metadata-options.http-protocol-ipv6,Values=enabled Name=instance-id,Values=${instance.InstanceId}`;
      const { Reservations } = (await shell(line)) as { Reservations: Reservation[] };
      expect(Reservations[0]?.Instances[0]?.MetadataOptions).toEqual({
        State: 'applied',
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 3,
        HttpEndpoint: 'enabled',
        HttpProtocolIpv4: 'enabled',
        HttpProtocolIpv6: 'enabled',
        InstanceMetadataTags: 'disabled',
      });
    });
  });
});

describe('--rules current', () => {
  test('HttpTokens is accepted without HttpEndpoint where the endpoint is enabled', async () => {
    await using current = await startOpenImds('--rules', 'current');
    const instance = await current.launch();
    const answer = await current.json<{ InstanceMetadataOptions: object }>(
      ...['ec2', 'modify-instance-metadata-options', '--instance-id', instance.InstanceId],
      ...['--http-tokens', 'required'],
    );
    expect(answer.InstanceMetadataOptions).toMatchObject({ State: 'pending', HttpTokens: 'required' });
    expect(await probe(instance)).toEqual({ v1: '401', put: '200', v2: '200' });
  });
});
