/**
 * The two environments, made from one in which everything is set that could lead a client to AWS: what is left of it and
 * what has come, name by name.
 */

import { describe, expect, test } from 'vitest';
import type { ImdsEndpoints } from '../model.ts';
import { changed, instanceEnvironment, shellEnvironment } from './environment.ts';
import { packagePath } from './package.ts';

const address = 'http://127.0.0.1:4566';
const key = { AccessKeyId: 'test', SecretAccessKey: 'test' };

/** A shell in which everything is set that could lead a client elsewhere. */
const foreign = {
  HOME: '/home/me',
  PATH: '/usr/bin:/bin',
  AWS_ACCESS_KEY_ID: 'AKIAREAL',
  AWS_SECRET_ACCESS_KEY: 'real',
  AWS_SESSION_TOKEN: 'real',
  AWS_PROFILE: 'production',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'https://example.com',
  AWS_ENDPOINT_URL_EC2: 'https://example.com',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/real',
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
};

function inShell(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return changed(env, shellEnvironment(env, { address, key, region: 'us-east-1' }));
}

function onInstance(env: NodeJS.ProcessEnv, endpoints: ImdsEndpoints): NodeJS.ProcessEnv {
  return changed(env, instanceEnvironment(env, { address, endpoints }));
}

describe('a shell', () => {
  test('nothing in it leads to AWS or to other credentials', () => {
    expect(inShell(foreign)).toEqual({
      HOME: '/home/me',
      PATH: `${packagePath('clients', 'bin')}:${packagePath('bin')}:/usr/bin:/bin`,
      OPENIMDS_ADDRESS: address,
      AWS_ENDPOINT_URL: address,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_DATA_PATH: packagePath('clients', 'aws-data'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
    });
  });

  test('temporary credentials come with their token', () => {
    const temporary = { ...key, SessionToken: 'token' };
    const change = shellEnvironment(foreign, { address, key: temporary, region: 'us-east-1' });
    expect(changed(foreign, change).AWS_SESSION_TOKEN).toBe('token');
  });

  test('an AWS_DATA_PATH of its own stays, behind ours', () => {
    expect(inShell({ ...foreign, AWS_DATA_PATH: '/models' }).AWS_DATA_PATH).toBe(
      `${packagePath('clients', 'aws-data')}:/models`,
    );
  });

  test('twice is the same as once', () => {
    expect(inShell(inShell(foreign))).toEqual(inShell(foreign));
  });

  test('a proxy is not asked for the control plane', () => {
    expect(inShell({ http_proxy: 'http://proxy', no_proxy: 'example.com' })).toMatchObject({
      no_proxy: '127.0.0.1,example.com',
      NO_PROXY: '127.0.0.1,example.com',
    });
    expect(inShell({})).not.toHaveProperty('no_proxy');
  });
});

describe('an instance in a network namespace', () => {
  const endpoints = { ipv4: 'http://169.254.169.254', netns: 'openimds-abc123-i-0123456789abcdef0' };

  test('nothing says where the metadata service is, and nothing comes from the shell', () => {
    const mode = { AWS_EC2_METADATA_DISABLED: 'true', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:9' };
    expect(onInstance({ ...foreign, ...mode }, endpoints)).toEqual({
      HOME: '/home/me',
      PATH: `${packagePath('clients', 'bin')}:${packagePath('bin')}:/usr/bin:/bin`,
      AWS_ENDPOINT_URL: address,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_DATA_PATH: packagePath('clients', 'aws-data'),
    });
  });

  test('no proxy is asked for the metadata service, whichever of its addresses is used', () => {
    expect(onInstance({ http_proxy: 'http://proxy' }, endpoints).no_proxy).toBe(
      '127.0.0.1,169.254.169.254,fd00:ec2::254',
    );
  });
});

describe('an instance', () => {
  const ipv4 = 'http://127.1.0.1:1338';
  const ipv6 = 'http://[::1]:40001';

  test('credentials and Region can come from its metadata service only', () => {
    expect(onInstance({ ...foreign, AWS_EC2_METADATA_DISABLED: 'true' }, { ipv4, ipv6 })).toEqual({
      HOME: '/home/me',
      PATH: `${packagePath('clients', 'bin')}:${packagePath('bin')}:/usr/bin:/bin`,
      AWS_ENDPOINT_URL: address,
      AWS_DATA_PATH: packagePath('clients', 'aws-data'),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `${ipv4}/`,
    });
  });

  test('where only IPv6 is on, the mode variable says so', () => {
    expect(onInstance({}, { ipv6 })).toMatchObject({
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `${ipv6}/`,
      AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6',
    });
  });

  test('with both endpoints off nobody answers, least of all the metadata service of the machine itself', () => {
    expect(onInstance({}, {}).AWS_EC2_METADATA_SERVICE_ENDPOINT).toBe('http://127.0.0.1:9/');
  });

  test('a proxy is not asked for the metadata service', () => {
    expect(onInstance({ HTTP_PROXY: 'http://proxy' }, { ipv6 }).no_proxy).toBe('127.0.0.1,::1');
  });
});
