/**
 * The environments in which AWS's own programs meet this control plane: a shell's (`openimds env`, `openimds aws`) and
 * an instance's (`openimds exec`).
 *
 * Both promise that nothing reaches AWS by accident: every variable that could point a client elsewhere, or give it
 * other credentials, is set or taken away.
 */

import { delimiter } from 'node:path';
import type { ImdsEndpoints } from '../model.ts';
import { packagePath } from './package.ts';
import type { SigningKey } from './root-access-key.ts';

/** What changes: a string is set, `undefined` is taken away. */
export type EnvironmentChange = Record<string, string | undefined>;

/** Where the credentials of a shell or a container would come from. */
const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];

/** A shell from which AWS clients reach the control plane at `address` with `key`. */
export function shellEnvironment(
  env: NodeJS.ProcessEnv,
  { address, key, region }: { address: string; key: SigningKey; region: string },
): EnvironmentChange {
  return {
    ...takenAway(CREDENTIAL_VARIABLES),
    ...towards(env, address, [address]),
    OPENIMDS_ADDRESS: address,
    AWS_ACCESS_KEY_ID: key.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: key.SecretAccessKey,
    ...(key.SessionToken !== undefined && { AWS_SESSION_TOKEN: key.SessionToken }),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Otherwise a client that lacks something asks the metadata service of the machine it runs on.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/**
 * A program on an instance: credentials and Region can only come from its metadata service, as nothing else is there. In
 * the instance's network namespace that is at AWS's own addresses, so that nothing has to say where.
 *
 * @param address the API's, where the instance has no way of its own to it
 * @param endpoints those that the instance's options leave open
 */
export function instanceEnvironment(
  env: NodeJS.ProcessEnv,
  { address, endpoints }: { address: string; endpoints: ImdsEndpoints },
): EnvironmentChange {
  return {
    // A new instance has no setting of AWS's programs, and nobody's keys.
    ...takenAway(Object.keys(env).filter((name) => /^(?:AWS|OPENIMDS)_/.test(name))),
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ...(endpoints.netns === undefined
      ? towardsEndpoint(env, address, endpoints)
      : towards(env, endpoints.api ?? address, [endpoints.api ?? address, ...AWS_ENDPOINTS])),
  };
}

const AWS_ENDPOINTS = ['http://169.254.169.254', 'http://[fd00:ec2::254]'];

function towardsEndpoint(env: NodeJS.ProcessEnv, address: string, endpoints: ImdsEndpoints): EnvironmentChange {
  const onlyIpv6 = endpoints.ipv4 === undefined && endpoints.ipv6 !== undefined;
  const metadataService = endpoints.ipv4 ?? endpoints.ipv6 ?? NOBODY;
  return {
    ...towards(env, address, [address, metadataService]),
    // With its slash, because older botocore appends a path to it as it is; folded where a client adds its own.
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${metadataService}/`,
    AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: onlyIpv6 ? 'IPv6' : undefined,
  };
}

/** A port at which no one listens, so that a client never falls back to the metadata service of the machine itself. */
const NOBODY = 'http://127.0.0.1:9';

export function changed(env: NodeJS.ProcessEnv, change: EnvironmentChange): NodeJS.ProcessEnv {
  const kept = Object.entries({ ...env, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept);
}

/** AWS clients talk to `address`, with the options that their own model lacks, and not through a proxy to `urls`. */
function towards(env: NodeJS.ProcessEnv, address: string, urls: string[]): EnvironmentChange {
  const elsewhere = Object.keys(env).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'));
  return {
    ...takenAway([...elsewhere, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']),
    ...pastProxies(env, urls),
    AWS_ENDPOINT_URL: address,
    AWS_DATA_PATH: withFirst(packagePath('clients', 'aws-data'), env.AWS_DATA_PATH, delimiter),
    PATH: withFirst(packagePath('clients', 'bin'), withFirst(packagePath('bin'), env.PATH, delimiter), delimiter),
  };
}

function pastProxies(env: NodeJS.ProcessEnv, urls: string[]): EnvironmentChange {
  if (!['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].some((name) => env[name])) return {};
  const hosts = urls.map((url) => new URL(url).hostname.replace(/[[\]]/g, ''));
  const exceptions = hosts.reduceRight<string | undefined>(
    (list, host) => withFirst(host, list, ','),
    env.no_proxy || env.NO_PROXY,
  );
  return { no_proxy: exceptions, NO_PROXY: exceptions };
}

function withFirst(item: string, list: string | undefined, separator: string): string {
  const others = list?.split(separator).filter((other) => other !== '' && other !== item) ?? [];
  return [item, ...others].join(separator);
}

function takenAway(names: string[]): EnvironmentChange {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
