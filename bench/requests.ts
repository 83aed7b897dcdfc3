/**
 * Requests of the benchmarks to EC2's API: written and signed beforehand, and then sent as fast as they are answered, so that
 * the clock counts what answering takes and not what asking does.
 */

import { type Agent, request } from 'node:http';
import aws4 from 'aws4';

/** So many requests at a time. */
export const CONCURRENCY = 16;

export type Keys = { accessKeyId: string; secretAccessKey: string };

const TEST_KEYS: Keys = { accessKeyId: 'test', secretAccessKey: 'test' };

type Prepared = { headers: Record<string, string>; body: string };

export function launchForm(): Record<string, string> {
  return {
    Action: 'RunInstances',
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.large',
    MinCount: '1',
    MaxCount: '1',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
  };
}

export function modifyForm(InstanceId: string, hopLimit: number): Record<string, string> {
  return {
    Action: 'ModifyInstanceMetadataOptions',
    InstanceId,
    HttpEndpoint: 'enabled',
    HttpPutResponseHopLimit: String(hopLimit),
  };
}

/** A request to EC2, signed. It is good for five minutes. */
export function prepare(address: string, form: Record<string, string>, keys = TEST_KEYS): Prepared {
  const body = new URLSearchParams({ Version: '2016-11-15', ...form }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const options = {
    host: new URL(address).host,
    method: 'POST',
    path: '/',
    service: 'ec2',
    region: 'us-east-1',
    headers,
    body,
  };
  const signed = aws4.sign(options, keys);
  return { headers: signed.headers as Record<string, string>, body };
}

/** All of them, so many at a time. @throws for any that is refused */
export async function perSecond(address: string, requests: Prepared[], agent: Agent): Promise<number> {
  const waiting = requests.values();
  const started = performance.now();
  const client = async () => {
    for (const each of waiting) {
      const { status, body } = await send(address, each, agent);
      if (status !== 200) throw new Error(`answered ${status}: ${body}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, client));
  return (requests.length / (performance.now() - started)) * 1000;
}

export function send(
  address: string,
  { headers, body }: Prepared,
  agent: Agent,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    outgoing.on('error', reject).end(body);
  });
}
