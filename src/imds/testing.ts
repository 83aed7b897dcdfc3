/**
 * What the tests and benchmarks of the metadata service start from: an instance with something in every category, and
 * requests as clients write them; keys, and verdicts on signatures, by OpenSSL.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  DesiredInstance,
  IdentityKeyName,
  IdentityKeys,
  Instance,
  MetadataOptions,
  NetworkInterface,
  RegionKeys,
} from '../model.ts';
import { newTraffic } from './faults.ts';
import { type ImdsInstance, prepareInstance } from './instance.ts';
import type { ImdsRequest } from './request.ts';
import { RequestRecord } from './request-record.ts';

/** Mon, 23 Nov 2026 10:00:00 GMT. */
export const NOW = Date.UTC(2026, 10, 23, 10);

export const HOST_KEY = new Uint8Array(32).fill(7);

const OPTIONS: MetadataOptions = {
  HttpTokens: 'optional',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'enabled',
};

export const PRIMARY: NetworkInterface = {
  NetworkInterfaceId: 'eni-0123456789abcdef0',
  DeviceIndex: 0,
  MacAddress: '02:29:96:8f:6a:2d',
  SubnetId: 'subnet-0123456789abcdef0',
  VpcId: 'vpc-0123456789abcdef0',
  PrivateIpAddress: '10.0.0.5',
  PublicIp: '203.0.113.25',
  Ipv6Addresses: ['2001:db8:0:1::5', '2001:db8:0:1::6'],
  Groups: ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'],
};

const INSTANCE: Instance = {
  account: '123456789012',
  region: 'us-east-1',
  InstanceId: 'i-0123456789abcdef0',
  ReservationId: 'r-0123456789abcdef0',
  AmiLaunchIndex: 0,
  ImageId: 'ami-0abcdef1234567890',
  InstanceType: 't3.large',
  Architecture: 'x86_64',
  RootDeviceName: '/dev/xvda',
  KeyName: 'my-key',
  LaunchTime: '2026-11-23T09:00:00Z',
  AvailabilityZone: 'us-east-1a',
  SubnetId: PRIMARY.SubnetId,
  VpcId: PRIMARY.VpcId,
  NetworkInterfaces: [PRIMARY],
  Monitoring: 'disabled',
  UserData: Buffer.from('#!/bin/sh\necho hello\n').toString('base64'),
  State: 'running',
  StateTransitionReason: '',
  MetadataOptions: OPTIONS,
  tokenGeneration: 1,
  revision: 1,
  optionsRevision: 1,
  appliedRevision: 1,
  host: 'local',
};

const DESIRED: DesiredInstance = {
  revision: 1,
  run: 'running',
  instance: INSTANCE,
  Tags: [
    { Key: 'Name', Value: 'web' },
    { Key: 'team:owner', Value: 'Zoë' },
  ],
  SecurityGroups: [
    { GroupId: 'sg-0123456789abcdef0', GroupName: 'default' },
    { GroupId: 'sg-0123456789abcdef1', GroupName: 'web' },
  ],
  Subnets: [
    {
      account: INSTANCE.account,
      region: INSTANCE.region,
      SubnetId: PRIMARY.SubnetId,
      VpcId: PRIMARY.VpcId,
      AvailabilityZone: 'us-east-1a',
      CidrBlock: '10.0.0.0/24',
      Ipv6CidrBlock: '2001:db8:0:1::/64',
      Ipv6Native: false,
      DefaultForAz: true,
      AssignIpv6AddressOnCreation: false,
    },
  ],
  Vpc: {
    account: INSTANCE.account,
    region: INSTANCE.region,
    VpcId: PRIMARY.VpcId,
    CidrBlock: '10.0.0.0/16',
    Ipv6CidrBlock: '2001:db8::/56',
    IsDefault: true,
  },
  KeyPair: { KeyName: 'my-key', PublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ' },
  credentialsKey: Buffer.alloc(32, 9).toString('base64'),
};

type Changes = Partial<Omit<DesiredInstance, 'instance'>> & {
  instance?: Partial<Instance>;
  options?: Partial<MetadataOptions>;
};

/** The example instance, changed where the test needs it. */
export function desiredInstance({ instance, options, ...changes }: Changes = {}): DesiredInstance {
  const MetadataOptions = { ...OPTIONS, ...options };
  return { ...DESIRED, ...changes, instance: { ...INSTANCE, MetadataOptions, ...instance } };
}

/** An instance ready to answer at `nowMs`, of a host that has one key in all tests. */
export function prepare(desired: DesiredInstance, nowMs: number = NOW, regionKeys?: RegionKeys): ImdsInstance {
  return prepareInstance(desired, {
    hostKey: HOST_KEY,
    regionKeys,
    sinceMs: nowMs,
    nowMs,
    traffic: newTraffic(),
    requests: new RequestRecord(nowMs),
  });
}

/** A request with no header that matters but those given. */
export function request(method: string, path: string, headers: Partial<ImdsRequest> = {}): ImdsRequest {
  return {
    method,
    path,
    sessionToken: undefined,
    sessionTokenTtlSeconds: undefined,
    forwardedFor: false,
    userAgent: undefined,
    ...headers,
  };
}

/** Keys as a Region has them, made by OpenSSL, so that nothing but the standards says how they look. Takes a second. */
export function identityKeysByOpenssl(region: string): IdentityKeys {
  return inDirectory((directory) => {
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
    const made = (name: IdentityKeyName, newKey: string) => {
      const subject = `/O=Test/CN=${region} ${name}`;
      openssl('req', '-x509', '-nodes', '-subj', subject, '-newkey', newKey, '-keyout', 'key', '-out', 'cert');
      const read = (file: string) => readFileSync(join(directory, file), 'utf8');
      return { privateKey: read('key'), certificate: read('cert') };
    };
    const dsa = (bits: number, qBits: number) => {
      const options = [`dsa_paramgen_bits:${bits}`, `dsa_paramgen_q_bits:${qBits}`].flatMap((each) => [
        '-pkeyopt',
        each,
      ]);
      openssl('genpkey', '-genparam', '-algorithm', 'DSA', ...options, '-out', 'parameters');
      return 'param:parameters';
    };
    return {
      // As short as AWS's own is.
      DSA: made('DSA', dsa(1024, 160)),
      RSA: made('RSA', 'rsa:2048'),
      'RSA-2048': made('RSA-2048', 'rsa:2048'),
      'DSA-2048': made('DSA-2048', dsa(2048, 256)),
    };
  });
}

export type Verification = { status: number | null; stdout: string; stderr: string };

/** What `openssl smime` says of the body of a PKCS#7, as AWS's page asks it; it prints the document that was signed. */
export function verifyPkcs7(body: string, certificate: string): Verification {
  return inDirectory((cwd) => {
    writeFileSync(join(cwd, 'pkcs7'), `-----BEGIN PKCS7-----\n${body}\n-----END PKCS7-----\n`);
    writeFileSync(join(cwd, 'certificate'), certificate);
    const args = ['smime', '-verify', '-in', 'pkcs7', '-inform', 'PEM', '-certfile', 'certificate', '-noverify'];
    return spawnSync('openssl', args, { cwd, encoding: 'utf8' });
  });
}

/** What `openssl dgst` says of `signature`, as AWS's page asks it. */
export function verifySignature(document: string, signature: string, certificate: string): Verification {
  return inDirectory((cwd) => {
    writeFileSync(join(cwd, 'document'), document);
    writeFileSync(join(cwd, 'signature'), Buffer.from(signature, 'base64'));
    writeFileSync(join(cwd, 'certificate'), certificate);
    execFileSync('openssl', ['x509', '-pubkey', '-noout', '-in', 'certificate', '-out', 'key'], { cwd });
    const args = ['dgst', '-sha256', '-verify', 'key', '-signature', 'signature', 'document'];
    return spawnSync('openssl', args, { cwd, encoding: 'utf8' });
  });
}

/** Runs `work` in a directory of its own, which is gone afterwards. */
function inDirectory<T>(work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'openimds-openssl-'));
  try {
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
