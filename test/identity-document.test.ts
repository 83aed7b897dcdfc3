/**
 * The instance identity document of a real instance, verified as AWS's page tells: with `openssl`, and the certificates
 * that `openimds certificates` prints. Everything goes the way that it would go for a user.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyPkcs7, verifySignature } from '../src/imds/testing.ts';
import { cleanEnvironment, type Launched, OPENIMDS, type OpenImds, run, startOpenImds } from './openimds.ts';

const FORMS = [
  ['pkcs7', 'DSA'],
  ['rsa2048', 'RSA-2048'],
  ['dsa2048', 'DSA-2048'],
] as const;

let openimds: OpenImds;
let instance: Launched;
let document: string;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch();
  document = await read('document');
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

async function read(name: string): Promise<string> {
  const answer = await fetch(`${instance.ipv4}/latest/dynamic/instance-identity/${name}`);
  expect(answer.status, name).toBe(200);
  return answer.text();
}

/** One certificate as the command prints it, for a Region or another installation. */
async function certificate(name: string, region = 'us-east-1', of = openimds): Promise<string> {
  const env = { ...cleanEnvironment(), OPENIMDS_ADDRESS: of.address, AWS_REGION: region };
  const { status, stdout, stderr } = await run(OPENIMDS, ['certificates', '--name', name], env);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

describe('openssl rejects', () => {
  test.each(FORMS)('%s with one byte changed', async (name, key) => {
    const body = Buffer.from(await read(name), 'base64').toString('latin1');
    const changed = Buffer.from(body.replace(instance.InstanceId, `${instance.InstanceId.slice(0, -1)}x`), 'latin1');
    expect(changed.toString('latin1')).not.toBe(body);
    const wrapped = changed.toString('base64').replaceAll(/.{64}/g, '$&\n');
    expect(verifyPkcs7(wrapped, await certificate(key)).status).not.toBe(0);
  });

  test('the signature of a document with one byte changed', async () => {
    const changed = document.replace('"region" : "us-east-1"', '"region" : "us-east-2"');
    expect(changed).not.toBe(document);
    expect(verifySignature(changed, await read('signature'), await certificate('RSA')).status).not.toBe(0);
  });

  test("all of them with another Region's certificates", async () => {
    for (const [name, key] of FORMS) {
      expect(verifyPkcs7(await read(name), await certificate(key, 'eu-west-1')).status, name).not.toBe(0);
    }
    expect(verifySignature(document, await read('signature'), await certificate('RSA', 'eu-west-1')).status).not.toBe(
      0,
    );
  });

  test('all of them with the certificates of another installation', async () => {
    await using other = await startOpenImds();
    for (const [name, key] of FORMS) {
      expect(verifyPkcs7(await read(name), await certificate(key, 'us-east-1', other)).status, name).not.toBe(0);
    }
  });
});

describe('openssl accepts', () => {
  test.each(FORMS)('%s, and prints the document', async (name, key) => {
    const { status, stdout } = verifyPkcs7(await read(name), await certificate(key));
    expect({ status, stdout }).toEqual({ status: 0, stdout: document });
  });

  test('the signature of the document', async () => {
    expect(verifySignature(document, await read('signature'), await certificate('RSA')).stdout).toBe('Verified OK\n');
  });

  test('the same after a restart, with the same certificates', async () => {
    const before = await certificate('RSA-2048');
    await openimds.restart();
    expect(await certificate('RSA-2048')).toBe(before);
    expect(verifyPkcs7(await read('rsa2048'), before).stdout).toBe(document);
  });
});

test('every reader gets the same bytes, although DSA signatures are random', async () => {
  expect(await read('pkcs7')).toBe(await read('pkcs7'));
});
