/**
 * What holds of every instance and every request: with the endpoint disabled nothing is revealed, a token is good on one
 * instance only, and the tree answers exactly what it lists (aws-behaviour 1.4, 1.5, 6.2).
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DesiredInstance, InstanceEvent, ManagedSshKey, NetworkInterface, RegionKeys, Subnet } from '../model.ts';
import { leavesOf } from './categories.ts';
import { identitySignatures } from './identity-signatures.ts';
import type { ImdsInstance } from './instance.ts';
import { type ImdsRequest, readHead } from './request.ts';
import { respond } from './respond.ts';
import { encodeResponse, middleLines } from './response.ts';
import { desiredInstance, identityKeysByOpenssl, NOW, PRIMARY, prepare, request } from './testing.ts';
import { mintToken } from './token.ts';
import { VERSIONS } from './versions.ts';

// ─── Instances and requests ──────────────────────────────────────────────────────────────────────────────────────────

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const tagKey = fc
  .string({ unit: fc.constantFrom(...'aZ09-_+=,.@:'), minLength: 1, maxLength: 12 })
  .filter((key) => key !== '.' && key !== '..');
const switches = fc.constantFrom('enabled' as const, 'disabled' as const);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Without the fields that have no value: an absent field and an undefined one are different things. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

const anyInterface: fc.Arbitrary<NetworkInterface> = fc
  .record({
    mac: hex(10),
    inSecondSubnet: fc.boolean(),
    NetworkCardIndex: maybe(fc.nat({ max: 3 })),
    PrivateIpAddress: maybe(fc.ipV4()),
    SecondaryPrivateIpAddresses: maybe(fc.array(fc.ipV4(), { maxLength: 3 })),
    PublicIp: maybe(fc.ipV4()),
    Ipv6Addresses: fc.array(fc.ipV6(), { maxLength: 3 }),
    Ipv4Prefixes: maybe(fc.array(fc.constant('10.0.0.16/28'), { maxLength: 2 })),
    Ipv6Prefixes: maybe(fc.array(fc.constant('2001:db8:0:1:1::/80'), { maxLength: 2 })),
  })
  .map(({ mac, inSecondSubnet, Ipv6Addresses, ...fields }) => {
    const { PrivateIpAddress: _private, PublicIp: _public, ...rest } = PRIMARY;
    const MacAddress = `02${mac.replace(/../g, ':$&')}`;
    const SubnetId = inSecondSubnet ? SECOND_SUBNET.SubnetId : rest.SubnetId;
    return { ...rest, ...present(fields), SubnetId, MacAddress, Ipv6Addresses };
  });

const { CidrBlock: _cidr, ...IPV6_ONLY } = desiredInstance().Subnets[0] as Subnet;
const SECOND_SUBNET: Subnet = { ...IPV6_ONLY, SubnetId: 'subnet-0fedcba9876543210', Ipv6Native: true };

/** Some are visible at NOW, others not yet. */
const anyEvent: fc.Arbitrary<InstanceEvent> = fc
  .record({
    VisibleFrom: fc.constantFrom(-60_000, -1, 0, 1, 60_000).map((ms) => new Date(NOW + ms).toISOString()),
    what: fc.constantFrom(
      { Type: 'spot-interruption' as const, Action: 'terminate' as const, InterruptsAt: '2026-11-23T10:02:00.000Z' },
      { Type: 'spot-interruption' as const, Action: 'stop' as const, InterruptsAt: '2026-11-23T10:02:00.000Z' },
      { Type: 'rebalance-recommendation' as const },
      { Type: 'autoscaling-lifecycle-state' as const, TargetLifecycleState: 'InService' as const },
      {
        Type: 'scheduled-maintenance' as const,
        Code: 'system-reboot' as const,
        Description: 'scheduled reboot',
        NotBefore: '2026-11-24T10:00:00.000Z',
        State: 'active' as const,
      },
    ),
  })
  .map(({ VisibleFrom, what }) => ({ EventId: 'instance-event-0123456789abcdef0', VisibleFrom, ...what }));

/** Some are visible at NOW, others not any more; several may be of one user. */
const anySshKey: fc.Arbitrary<ManagedSshKey> = fc
  .record({
    InstanceOSUser: fc.constantFrom('ec2-user', '_svc$', 'a@b.c'),
    leftMs: fc.constantFrom(-60_000, -1, 0, 1, 60_000),
  })
  .map(({ InstanceOSUser, leftMs }) => {
    const VisibleUntil = new Date(NOW + leftMs).toISOString();
    return { InstanceOSUser, VisibleUntil, text: `#Timestamp=1\nssh-ed25519 AAAA ${leftMs}\n\n` };
  });

/** What an instance has or has not, depending on its launch and its life. */
const anyCircumstances = fc.record({
  InstanceType: fc.constantFrom('t3.large', 'c3.large', 'no.such'),
  InstanceLifecycle: maybe(fc.constant('spot' as const)),
  HibernationConfigured: maybe(fc.boolean()),
  BlockDevices: maybe(
    fc
      .uniqueArray(fc.constantFrom('ebs1', 'ebs2', 'ephemeral0', 'swap'), { maxLength: 4 })
      .map((names) => names.map((VirtualName, index) => ({ VirtualName, DeviceName: `/dev/sd${'bcde'[index]}` }))),
  ),
  Placement: maybe(
    fc
      .record({
        GroupName: maybe(fc.constantFrom('my group', 'cluster-1')),
        HostId: maybe(fc.constant('h-0123456789abcdef0')),
        PartitionNumber: maybe(fc.nat({ max: 7 })),
      })
      .map(present),
  ),
  Events: maybe(fc.array(anyEvent, { maxLength: 6 })),
  ManagedSshKeys: maybe(fc.array(anySshKey, { maxLength: 4 })),
});

const anyInstance: fc.Arbitrary<DesiredInstance> = fc
  .record({
    id: hex(17),
    nics: fc.uniqueArray(anyInterface, { minLength: 1, maxLength: 3, selector: (nic) => nic.MacAddress }),
    tags: fc.uniqueArray(fc.record({ Key: tagKey, Value: fc.string({ unit: 'grapheme' }) }), {
      maxLength: 4,
      selector: (tag) => tag.Key,
    }),
    userData: maybe(fc.uint8Array({ maxLength: 50 })),
    keyName: maybe(fc.string({ unit: fc.constantFrom(...'aZ09-=. '), minLength: 1, maxLength: 8 })),
    hasCredentials: fc.boolean(),
    InstanceMetadataTags: switches,
    circumstances: anyCircumstances,
  })
  .map(({ id, nics, tags, userData, keyName, hasCredentials, InstanceMetadataTags, circumstances }) => {
    const {
      KeyPair: _key,
      credentialsKey,
      ...desired
    } = desiredInstance({
      Tags: tags,
      options: { InstanceMetadataTags },
    });
    const { UserData: _data, ...instance } = desired.instance;
    return {
      ...desired,
      ...(keyName !== undefined && { KeyPair: { KeyName: keyName, PublicKey: 'ssh-ed25519 AAAA' } }),
      ...(hasCredentials && credentialsKey !== undefined && { credentialsKey }),
      Subnets: [...desired.Subnets, SECOND_SUBNET],
      instance: {
        ...instance,
        ...present(circumstances),
        ...(userData && { UserData: Buffer.from(userData).toString('base64') }),
        InstanceId: `i-${id}`,
        NetworkInterfaces: nics as [NetworkInterface, ...NetworkInterface[]],
      },
    };
  });

const known = desiredInstance();
const knownToken = mintToken(prepare(known).tokenKey, 21_600, NOW);

const anyRequest: fc.Arbitrary<ImdsRequest> = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'OPTIONS', 'DELETE', 'get', 'M-SEARCH'),
  path: fc.oneof(
    fc.constantFrom('/', '/latest', '/latest/api/token', '/latest/meta-data/instance-id', '/latest/user-data'),
    fc.string().map((text) => `/${text}`),
    fc.webPath().map((path) => `/${path}`),
  ),
  sessionToken: maybe(fc.oneof(fc.constant(knownToken), fc.string())),
  sessionTokenTtlSeconds: maybe(fc.oneof(fc.integer().map(String), fc.string())),
  forwardedFor: fc.boolean(),
  userAgent: maybe(fc.string()),
});

function answer(asked: ImdsRequest, instance: ImdsInstance): string {
  return encodeResponse(respond(asked, instance, NOW), middleLines(NOW, 'close'));
}

const statusOf = (text: string) => Number(text.slice(9, 12));
const bodyOf = (text: string) => Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString('utf8');

// ─── The decision ────────────────────────────────────────────────────────────────────────────────────────────────────

describe('of every request', () => {
  test('with HttpEndpoint: disabled no request of any kind reveals anything', () => {
    fc.assert(
      fc.property(anyInstance, anyRequest, (desired, asked) => {
        const disabled = { ...desired.instance.MetadataOptions, HttpEndpoint: 'disabled' as const };
        const instance = { ...desired.instance, MetadataOptions: disabled };
        expect(answer(asked, prepare({ ...desired, instance }))).toBe(
          'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: EC2ws\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n',
        );
      }),
    );
  });

  test('it gets one well-formed answer, and only 200, 400, 401, 403, 404 or 405', () => {
    fc.assert(
      fc.property(anyInstance, anyRequest, (desired, asked) => {
        const text = answer(asked, prepare(desired));
        expect([200, 400, 401, 403, 404, 405]).toContain(statusOf(text));
        const [head = '', body = ''] = [
          text.slice(0, text.indexOf('\r\n\r\n')),
          text.slice(text.indexOf('\r\n\r\n') + 4),
        ];
        expect(head).toMatch(/^HTTP\/1\.1 \d{3} [A-Za-z ]+(?:\r\n[A-Za-z0-9-]+: [ -~]+)+$/);
        const length = Number(/\r\nContent-Length: (\d+)/.exec(head)?.[1]);
        expect(body.length).toBe(asked.method === 'HEAD' ? 0 : length);
      }),
    );
  });

  test('while tokens are required, none without a good token sees more than 400, 401, 403 or 405', () => {
    const required = desiredInstance({ options: { HttpTokens: 'required' }, instance: { tokenGeneration: 9 } });
    const instance = prepare(required);
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const isTokenPath = asked.path.replace(/\/+/g, '/') === '/latest/api/token';
        if (isTokenPath && ['PUT', 'OPTIONS'].includes(asked.method)) return;
        expect([400, 401, 403, 405]).toContain(statusOf(answer(asked, instance)));
      }),
    );
  });

  test('a session token of one instance is never good on another', () => {
    fc.assert(
      fc.property(anyInstance, anyInstance, (one, other) => {
        fc.pre(one.instance.InstanceId !== other.instance.InstanceId);
        const sessionToken = mintToken(prepare(one).tokenKey, 60, NOW);
        const asked = request('GET', '/', { sessionToken });
        expect(statusOf(answer(asked, prepare(one)))).toBe(200);
        expect(statusOf(answer(asked, prepare(other)))).toBe(401);
      }),
    );
  });
});

// ─── The tree ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that listings lead to from `/` on, as clients walk them: path to body. Fails on a listed path without 200. */
function crawl(instance: ImdsInstance): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (path: string) => {
    const text = answer(request('GET', path), instance);
    expect(statusOf(text), path).toBe(200);
    found.set(path, bodyOf(text));
    return bodyOf(text).split('\n');
  };
  const walkDirectory = (path: string) => {
    for (const line of walk(path)) {
      const number = path.endsWith('/public-keys') ? /^\d+(?==)/.exec(line)?.[0] : undefined;
      if (number !== undefined) walkDirectory(`${path}/${number}`);
      else if (line.endsWith('/')) walkDirectory(`${path}/${line.slice(0, -1)}`);
      else walk(`${path}/${line}`);
    }
  };
  for (const version of walk('/')) {
    for (const part of walk(`/${version}`)) {
      if (part === 'user-data') walk(`/${version}/${part}`);
      else walkDirectory(`/${version}/${part}`);
    }
  }
  return found;
}

/** Made once: their making is slow, and what is signed does not matter here. */
const KEYS: RegionKeys = {
  identityKeys: identityKeysByOpenssl('us-east-1'),
  sshSigner: { certificates: 'PEM', ocspResponses: { A0: 'AA==', B1: 'BB==' } },
};
const MOMENT = { nowMs: NOW, signatures: identitySignatures('', KEYS.identityKeys, NOW), sshSigner: KEYS.sshSigner };

/** Every path that the categories make: leaves, and the directories above them. */
function pathsOf(desired: DesiredInstance): Set<string> {
  const paths = new Set(['/']);
  for (const version of VERSIONS) {
    for (const { path } of leavesOf(desired, MOMENT).filter(({ since }) => since <= version)) {
      const names = `/${version}/${path}`.split('/');
      for (let end = 2; end <= names.length; end++) paths.add(names.slice(0, end).join('/'));
    }
  }
  return paths;
}

describe('of every instance, in every dated version', () => {
  test('every listed path resolves, and every resolvable path is listed', () => {
    fc.assert(
      fc.property(anyInstance, (desired) => {
        const listed = crawl(prepare(desired, NOW, KEYS));
        expect([...listed.keys()].sort()).toEqual([...pathsOf(desired)].sort());
      }),
      { numRuns: 40 },
    );
  });

  test('no path outside the tree answers 200', () => {
    const change = fc.record({
      at: fc.nat(),
      by: fc.constantFrom('', '/', '%2f', '%', '.', '..', '=', 'a', '%00', '?', '\u00e9', '/..', '//', 'latest'),
      drop: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(anyInstance, fc.nat(), fc.array(change, { maxLength: 3 }), (desired, pick, changes) => {
        const paths = pathsOf(desired);
        const start = [...paths][pick % paths.size] as string;
        const path = changes.reduce((text, { at, by, drop }) => {
          const index = 1 + (at % text.length);
          return text.slice(0, index) + by + text.slice(index + drop);
        }, start);
        const isInside = paths.has(canonical(path));
        const status = statusOf(answer(request('GET', path), prepare(desired, NOW, KEYS)));
        expect(status, path).toBe(isInside ? 200 : 404);
      }),
      { numRuns: 500 },
    );
  });

  test('a name that is listed can be asked for percent-encoded', () => {
    fc.assert(
      fc.property(anyInstance, (desired) => {
        const instance = prepare(desired, NOW, KEYS);
        for (const { path } of leavesOf(desired, MOMENT)) {
          const encoded = path.split('/').map(encodeURIComponent).join('/');
          expect(statusOf(answer(request('GET', `/latest/${encoded}`), instance)), encoded).toBe(200);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** The path as it stands in the tree, or something that is in no tree. */
function canonical(path: string): string {
  const folded = path.replace(/\/+/g, '/');
  if (folded === '/latest/api/token' || /%2f/i.test(folded)) return '-';
  try {
    return decodeURIComponent(folded === '/' ? folded : folded.replace(/\/$/, ''));
  } catch {
    return '-';
  }
}

test('what the parser makes of any bytes is answered or refused, never thrown at', () => {
  const instance = prepare(known);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(`GET /${text} HTTP/1.1\r\nHost: a\r\n\r\n`)),
    fc.string({ unit: 'binary-ascii' }).map((text) => Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\n${text}\r\n\r\n`)),
  );
  fc.assert(
    fc.property(bytes, (sent) => {
      const head = readHead(Buffer.from(sent), 0);
      if (typeof head === 'object') expect(statusOf(answer(head, instance))).toBeGreaterThanOrEqual(200);
    }),
    { numRuns: 1000 },
  );
});
