/**
 * The decision table of `openimds explain`: what was seen, with which options, is blamed on what, and what would change it.
 */

import { describe, expect, test } from 'vitest';
import type { ListedInstance } from '../../api/actions/openimds/list-instances.ts';
import type { Faults } from '../../model.ts';
import { diagnose, type Facts } from './diagnose.ts';
import { CAUSES, type Finding } from './findings.ts';
import type { Outcome, Seen } from './observe.ts';

const ID = 'i-0123456789abcdef0';
const MODIFY = `openimds aws ec2 modify-instance-metadata-options --instance-id ${ID}`;

type Options = Partial<ListedInstance['MetadataOptions']>;

function instance(MetadataOptions: Options = {}, changes: Partial<ListedInstance> = {}): ListedInstance {
  return {
    InstanceId: ID,
    State: 'running',
    InstanceType: 't3.large',
    ImageId: 'ami-0abcdef1234567890',
    LaunchTime: '2026-11-23T10:00:00Z',
    Tags: [],
    MetadataOptions: {
      State: 'applied',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv4: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
      ...MetadataOptions,
    },
    Endpoints: { netns: `openimds-abcdef-${ID}` },
    Substrate: 'netns',
    HopLimitEnforced: true,
    ...changes,
  };
}

const answered = (status: number, InstanceId?: string): Outcome => ({
  outcome: 'answered',
  status,
  ...(InstanceId !== undefined && { InstanceId }),
});
const gone = (outcome: Exclude<Outcome['outcome'], 'answered'>): Outcome => ({ outcome });
const OWN = answered(200, ID);

const V4 = 'http://169.254.169.254';
const V6 = 'http://[fd00:ec2::254]';
const NOTHING: Seen = { url: V6, get: gone('no route') };

function all(status: number, url = V4): Seen {
  return { url, get: answered(status), put: answered(status) };
}

function working(get = OWN, url = V4): Seen {
  return { url, get, put: answered(200), getWithToken: OWN, hops: 1 };
}

function explain(facts: Partial<Facts>): Finding[] {
  return diagnose({ instance: instance(), from: 'instance', seen: { ipv4: working(), ipv6: NOTHING }, ...facts });
}

/** Causes, without that IPv6 is off, which is so by default. */
function causes(facts: Partial<Facts>): string[] {
  return explain(facts)
    .map(({ cause }) => cause)
    .filter((cause) => cause !== 'ipv6-disabled');
}

describe('an instance that does not run has no metadata service, whatever its options', () => {
  test.each([
    ['stopped', `openimds aws ec2 start-instances --instance-ids ${ID}`],
    ['stopping', undefined],
    ['terminated', undefined],
    ['shutting-down', undefined],
    ['pending', undefined],
  ] as const)('%s', (State, command) => {
    const options = { HttpEndpoint: 'disabled', State: 'pending' } as const;
    const findings = explain({ instance: instance(options, { State }), seen: {} });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ cause: 'not-running', says: expect.stringContaining(`is ${State}`) });
    expect(findings[0]?.command).toBe(command);
  });
});

test('an instance that runs and has no namespace is nowhere', () => {
  const findings = explain({ instance: instance({ HttpTokens: 'required' }, { Endpoints: {} }), seen: {} });
  expect(findings).toEqual([
    { cause: 'not-placed', says: expect.stringContaining('its host has no network namespace') },
  ]);
});

describe('nothing is wrong', () => {
  test('and IPv6 is off, as it is by default', () => {
    expect(explain({})).toEqual([
      { cause: 'nothing-wrong', says: expect.stringMatching(/over IPv4, with a token and without$/) },
      {
        cause: 'ipv6-disabled',
        says: expect.stringContaining('HttpProtocolIpv6 is disabled'),
        command: `${MODIFY} --http-protocol-ipv6 enabled --http-endpoint enabled`,
      },
    ]);
  });

  test('over both', () => {
    const seen = { ipv4: working(), ipv6: working(OWN, V6) };
    const findings = explain({ instance: instance({ HttpProtocolIpv6: 'enabled' }), seen });
    expect(findings).toEqual([{ cause: 'nothing-wrong', says: expect.stringContaining('IPv4 and IPv6') }]);
  });
});

describe('the option is the cause', () => {
  test('HttpEndpoint: every request gets 403', () => {
    const [first, ...others] = explain({
      instance: instance({ HttpEndpoint: 'disabled', HttpTokens: 'required' }),
      seen: { ipv4: all(403), ipv6: NOTHING },
    });
    expect(first).toMatchObject({ cause: 'endpoint-disabled', command: `${MODIFY} --http-endpoint enabled` });
    expect(others.map(({ cause }) => cause)).toEqual(['ipv6-disabled']);
  });

  test('HttpTokens: a GET without a token gets 401, and with one it is answered', () => {
    const [first] = explain({
      instance: instance({ HttpTokens: 'required' }),
      seen: { ipv4: working(answered(401)), ipv6: NOTHING },
    });
    expect(first).toMatchObject({
      cause: 'tokens-required',
      says: expect.stringContaining('with a token it is answered'),
      command: `${MODIFY} --http-tokens optional --http-endpoint enabled`,
    });
  });

  test('HttpPutResponseHopLimit: the token PUT is never answered although a GET is', () => {
    const seen = { ipv4: { url: V4, get: OWN, put: gone('no answer'), hops: 2 }, ipv6: NOTHING };
    expect(explain({ from: 'elsewhere', seen })[0]).toEqual({
      cause: 'hop-limit',
      says: 'The answer to the token PUT travels at most 1 hop (HttpPutResponseHopLimit), and from here it takes 2',
      command: `${MODIFY} --http-put-response-hop-limit 2 --http-endpoint enabled`,
    });
  });

  test('the hop limit stands before the tokens that are required: without a token neither helps', () => {
    const seen = { ipv4: { url: V4, get: answered(401), put: gone('no answer'), hops: 4 }, ipv6: NOTHING };
    const required = instance({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
    const [first, second] = explain({ instance: required, from: 'elsewhere', seen });
    expect(first).toMatchObject({ cause: 'hop-limit', says: expect.stringMatching(/at most 2 hops .* takes 4$/) });
    expect(first?.command).toContain('--http-put-response-hop-limit 4 ');
    expect(second).toMatchObject({ cause: 'tokens-required', says: expect.not.stringContaining('with a token') });
  });

  test('hops that could not be counted: one more than the limit is worth a try', () => {
    const seen = { ipv4: { url: V4, get: OWN, put: gone('no answer') }, ipv6: NOTHING };
    const [first] = explain({ from: 'elsewhere', seen });
    expect(first).toMatchObject({ cause: 'hop-limit', says: expect.stringMatching(/it takes more$/) });
    expect(first?.command).toContain('--http-put-response-hop-limit 2 ');
  });

  test('HttpProtocolIpv4: connections are refused, while IPv6 answers', () => {
    const options = { HttpProtocolIpv4: 'disabled', HttpProtocolIpv6: 'enabled' } as const;
    const seen = { ipv4: { url: V4, get: gone('refused') }, ipv6: working(OWN, V6) };
    expect(explain({ instance: instance(options), seen })).toEqual([
      {
        cause: 'ipv4-disabled',
        says: expect.stringContaining('(HttpProtocolIpv4 is disabled)'),
        command: `${MODIFY} --http-protocol-ipv4 enabled --http-endpoint enabled`,
      },
    ]);
  });

  test('State: the options are pending, which is said beside what is seen', () => {
    const pending = instance({ HttpEndpoint: 'disabled', State: 'pending' });
    expect(causes({ instance: pending })).toEqual(['options-pending', 'unexplained']);
    expect(causes({ instance: pending, seen: { ipv4: all(403) } })).toEqual(['options-pending', 'endpoint-disabled']);
  });
});

describe('no option is blamed that is not the cause', () => {
  test.each<[string, Options, Seen]>([
    ['the hop limit when it is large enough', { HttpPutResponseHopLimit: 2 }, silentPut(2)],
    ['HttpTokens when they are optional', {}, { url: V4, get: answered(401), put: answered(400) }],
    ['HttpEndpoint when it is enabled', {}, all(403)],
    ['HttpEndpoint when it is disabled and something answers', { HttpEndpoint: 'disabled' }, working()],
    ['anything when an error is answered', {}, all(500)],
    ['anything when the connection is cut off', {}, { url: V4, get: gone('cut off'), put: gone('cut off') }],
  ])('%s', (_, options, ipv4) => {
    expect(causes({ instance: instance(options), seen: { ipv4, ipv6: NOTHING } })).toEqual(['unexplained']);
  });

  test('the hop limit where it is not enforced', () => {
    const loopback = instance({}, { Substrate: 'loopback', HopLimitEnforced: false });
    expect(causes({ instance: loopback, seen: { ipv4: silentPut(undefined) } })).toEqual(['unexplained']);
  });

  function silentPut(hops: number | undefined): Seen {
    return { url: V4, get: OWN, put: gone('no answer'), ...(hops !== undefined && { hops }) };
  }
});

describe('the way there is the cause', () => {
  const seenIpv4 = (outcome: Exclude<Outcome['outcome'], 'answered'>) => ({
    ipv4: { url: V4, get: gone(outcome) },
    ipv6: NOTHING,
  });

  test('no route, from elsewhere', () => {
    const [first] = explain({ from: 'elsewhere', seen: seenIpv4('no route') });
    expect(first).toEqual({ cause: 'no-route', says: expect.stringContaining('needs one through the instance') });
  });

  test('no route, in the instance: a stop and a start lay it anew', () => {
    const [first] = explain({ seen: seenIpv4('no route') });
    expect(first?.cause).toBe('no-route');
    expect(first?.command).toBe(
      `openimds aws ec2 stop-instances --instance-ids ${ID} && openimds aws ec2 wait instance-stopped --instance-ids ${ID} && openimds aws ec2 start-instances --instance-ids ${ID}`,
    );
  });

  test('no answer at all: a source address that is not the instance’s', () => {
    const [first] = explain({ from: 'elsewhere', seen: seenIpv4('no connection') });
    expect(first).toMatchObject({ cause: 'dropped', says: expect.stringContaining('masquerade') });
    expect(first?.command).toMatch(
      new RegExp(`^echo 'table ip .*' \\| sudo ip netns exec openimds-abcdef-${ID} nft -f -$`),
    );
    expect(explain({ seen: seenIpv4('no connection') })[0]).not.toHaveProperty('command');
  });

  test('the same over IPv6, where that is on', () => {
    const seen = { ipv4: working(), ipv6: { url: V6, get: gone('no connection') } };
    const [first] = explain({ instance: instance({ HttpProtocolIpv6: 'enabled' }), from: 'elsewhere', seen });
    expect(first?.command).toContain("'table ip6 ");
  });

  test('refused, although the endpoint is on', () => {
    expect(causes({ seen: seenIpv4('refused') })).toEqual(['refused']);
  });

  test('a namespace that is another instance’s', () => {
    const other = answered(200, 'i-0fedcba9876543210');
    const seen = { ipv4: { ...working(other), getWithToken: other }, ipv6: NOTHING };
    const [first] = explain({ from: 'elsewhere', seen });
    expect(first).toMatchObject({ cause: 'another-instance', says: expect.stringContaining('i-0fedcba9876543210') });
  });

  test('a proxy on the way, which marks requests as forwarded', () => {
    const seen = { ipv4: { url: V4, get: OWN, put: answered(403) }, ipv6: NOTHING };
    expect(causes({ seen })).toEqual(['forwarded']);
    const withToken = { ipv4: { ...working(), getWithToken: answered(403) }, ipv6: NOTHING };
    expect(causes({ seen: withToken })).toEqual(['forwarded']);
  });

  test('a variable that leads to a proxy, beside what else there is', () => {
    const findings = explain({ proxy: 'HTTP_PROXY' });
    expect(findings.map(({ cause }) => cause)).toEqual(['proxy-variable', 'ipv6-disabled']);
    expect(findings[0]?.says).toMatch(/^HTTP_PROXY is set here/);
    const list = `"\${no_proxy:+$no_proxy,}169.254.169.254,fd00:ec2::254"`;
    expect(findings[0]?.command).toBe(`export no_proxy=${list} NO_PROXY=${list}`);
  });
});

describe('a fault that was set is the cause, and not the option that would look the same', () => {
  const silentPut = { url: V4, get: OWN, put: gone('no answer'), hops: 2 } as const;
  const silent = { url: V4, get: gone('no answer'), put: gone('no answer') } as const;

  test.each<[keyof Faults, string, Faults, Seen]>([
    ['Errors', 'errors', { Errors: { Status: 503, Share: 1 } }, all(503)],
    ['Errors', 'errors', { Errors: { Status: 503, Share: 0.5 } }, { url: V4, get: OWN, put: answered(503) }],
    ['HangTokenPut', 'hang-token-put', { HangTokenPut: true }, silentPut],
    ['LatencyMs', 'latency', { LatencyMs: 30_000 }, silent],
    ['PacketsPerSecond', 'throttle', { PacketsPerSecond: 5 }, silentPut],
  ])('%s', (name, command, Faults, ipv4) => {
    const [first] = explain({ instance: instance({}, { Faults }), seen: { ipv4, ipv6: NOTHING } });
    expect(first).toMatchObject({ cause: 'fault', says: expect.stringContaining(`(${name})`) });
    expect(first?.command).toBe(`openimds fault clear ${ID} ${command}`);
  });

  test('a fault that has done nothing is not blamed', () => {
    const Faults = { Errors: { Status: 503, Share: 0.1 }, LatencyMs: 1, HangTokenPut: true } as const;
    expect(causes({ instance: instance({}, { Faults }) })).toEqual(['nothing-wrong']);
  });
});

describe('on the loopback substrate', () => {
  const loopback = (options: Options = {}) =>
    instance(options, { Substrate: 'loopback', HopLimitEnforced: false, Endpoints: { ipv4: 'http://127.1.0.1:1338' } });

  test('from another network namespace there is no way to it', () => {
    const seen = { ipv4: { url: 'http://127.1.0.1:1338', get: gone('refused') } };
    const [first] = explain({ instance: loopback(), from: 'elsewhere', seen });
    expect(first).toMatchObject({ cause: 'loopback-elsewhere', command: 'sudo openimds up --substrate netns' });
  });

  test('an endpoint that is on and is not there', () => {
    const enabled = loopback({ HttpProtocolIpv6: 'enabled' });
    expect(causes({ instance: enabled, from: 'machine', seen: { ipv4: working() } })).toEqual(['no-endpoint']);
  });
});

test('every cause is told once, and each has a sentence without a full stop', () => {
  const both = { ipv4: all(403), ipv6: all(403, V6) };
  const options = { HttpEndpoint: 'disabled', HttpProtocolIpv6: 'enabled' } as const;
  const findings = explain({ instance: instance(options), seen: both });
  expect(findings.map(({ cause }) => cause)).toEqual(['endpoint-disabled']);
  expect(new Set(CAUSES).size).toBe(CAUSES.length);
  for (const { says } of [...findings, ...explain({})]) expect(says).not.toMatch(/[.:]$/);
});
