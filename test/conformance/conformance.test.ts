/**
 * Runs every case file below this folder: `ec2/`, `iam/` and `sts/` against the API, `imds/` against the metadata service
 * of an instance.
 *
 * Requests go over real sockets, signed by a client's own signer; the bytes of the metadata service are compared as they
 * come. The cases speak AWS's protocols only.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Launched, type OpenImds, startOpenImds } from '../openimds.ts';
import { pattern, readCases } from './case-file.ts';

const FOLDER = dirname(fileURLToPath(import.meta.url));
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

describe('the EC2 API', () => {
  const cases = readCases(join(FOLDER, 'ec2'));
  test.each(cases)('$name: $source', async (each) => {
    const instance = each.instance && (await openimds.launch(each.instance));
    const form = Object.fromEntries(each.request.split('\n').map((line) => split(fill(line, instance))));
    const { status, body } = await openimds.query(form);
    expect(`${status} ${answerOf(body)}`).toMatch(pattern(fill(each.answer, instance)));
  });
});

describe.each(['iam', 'sts'])('the API of %s', (service) => {
  const cases = readCases(join(FOLDER, service));
  test.each(cases)('$name: $source', async (each) => {
    const form = Object.fromEntries(each.request.split('\n').map(split));
    const { status, body } = await openimds.query(form, undefined, service);
    const [, ...elements] = body.replaceAll('><', '>\n<').split('\n');
    expect([status, ...elements.map(unescapeXml)].join('\n')).toMatch(pattern(each.answer));
  });
});

describe('the metadata service', () => {
  const cases = readCases(join(FOLDER, 'imds'));
  test.each(cases)('$name: $source', async (each) => {
    const instance = await openimds.launch(each.instance ?? {});
    const token = each.tokenSeconds && (await getToken(instance, each.tokenSeconds));
    const request = fill(each.request, instance, token);
    expect(await exchange(instance, request)).toMatch(pattern(fill(each.answer, instance, token)));
  });
});

function fill(text: string, instance?: Launched, token = ''): string {
  return text.replaceAll('{{instance}}', instance?.InstanceId ?? '').replaceAll('{{token}}', token);
}

function split(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** An error as `CODE` and, on a line of its own, the message; a success as its elements, one a line. */
function answerOf(body: string): string {
  const error = /<Code>(.*)<\/Code><Message>(.*)<\/Message>/s.exec(body);
  if (error) return `${error[1]}\n${unescapeXml(error[2] ?? '')}`;
  const elements = body.slice(body.indexOf('</requestId>') + '</requestId>'.length, body.lastIndexOf('</'));
  return `\n${elements.replaceAll(/></g, '>\n<')}`;
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

async function getToken(instance: Launched, seconds: string): Promise<string> {
  const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': seconds };
  const response = await fetch(`${instance.ipv4}/latest/api/token`, { method: 'PUT', headers });
  return response.text();
}

/** Sends the lines of a request as they are, with a Host and a final empty line; the answer's bytes with LF for CRLF. */
async function exchange(instance: Launched, request: string): Promise<string> {
  const { hostname, port } = new URL(instance.ipv4);
  const socket = connect(Number(port), hostname);
  const [line, ...headers] = request.split('\n');
  socket.write([line, 'Host: 169.254.169.254', ...headers, '', ''].join('\r\n'));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1').replaceAll('\r\n', '\n');
}
