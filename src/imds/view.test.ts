/** An instance's metadata from outside: nothing while the endpoint is disabled, no secrets, and else what the instance gets. */

import { describe, expect, test } from 'vitest';
import type { MetadataView } from '../host-model.ts';
import type { DesiredInstance } from '../model.ts';
import { respond } from './respond.ts';
import { desiredInstance, NOW, prepare, request } from './testing.ts';
import { mintToken } from './token.ts';
import { viewMetadata } from './view.ts';

const META_DATA = '/latest/meta-data/';
const OWN_CREDENTIALS = `${META_DATA}identity-credentials/ec2/security-credentials/ec2-instance`;

const view = (path: string, desired: DesiredInstance = desiredInstance()) => viewMetadata(prepare(desired), path, NOW);
const withUserData = (bytes: Buffer | string) =>
  desiredInstance({ instance: { UserData: Buffer.from(bytes).toString('base64') } });

/** Everything below a directory. */
function everything(desired: DesiredInstance, path = '/latest/'): MetadataView[] {
  const seen = view(path, desired);
  return [seen, ...(seen.Entries ?? []).flatMap((entry) => everything(desired, entry.Path))];
}

test.each(['/', '/latest/', OWN_CREDENTIALS, '/nothing'])('%s of a disabled endpoint is 403 and no more', (path) => {
  const disabled = desiredInstance({ options: { HttpEndpoint: 'disabled' } });
  expect(view(path, disabled)).toEqual({ Path: path, Status: 403, Reason: 'endpoint-disabled' });
});

test.each(['/nothing', '/latest/meta-data/nothing/', '/latest/%', '/2000-01-01/'])('%s is not found', (path) => {
  expect(view(path)).toEqual({ Path: path, Status: 404, Reason: 'not-found' });
});

test('the path of the token has nothing for a GET', () => {
  expect(view('/latest/api/token')).toEqual({ Path: '/latest/api/token', Status: 405, Reason: 'method' });
});

describe('secrets', () => {
  const credentials = prepare(desiredInstance()).find(OWN_CREDENTIALS, { nowMs: NOW, delivery: '2.0' });
  const { SecretAccessKey, Token } = JSON.parse(credentials?.after ?? '');

  test.each([
    OWN_CREDENTIALS,
    `${OWN_CREDENTIALS}/`,
    OWN_CREDENTIALS.replaceAll('/', '//'),
    OWN_CREDENTIALS.replace('security', '%73ecurity'),
    OWN_CREDENTIALS.replace('security', 's%65curity'),
  ])('are not shown by %s', (path) => {
    const { Value = '' } = view(path);
    expect(JSON.parse(Value)).toMatchObject({ Code: 'Success', SecretAccessKey: '[redacted]', Token: '[redacted]' });
    expect(Value.split('\n')).toHaveLength((credentials?.after ?? '').trim().split('\n').length);
  });

  test('are nowhere in all that is shown', () => {
    const text = JSON.stringify(everything(desiredInstance()));
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(SecretAccessKey);
    expect(text).not.toContain(Token);
  });

  test('are not shown either where somebody has written credentials into user data', () => {
    const { Value } = view('/latest/user-data', withUserData('{"SecretAccessKey":"a\\"b", "Token" : "c", "x":"d"}'));
    expect(Value).toBe('{"SecretAccessKey":"[redacted]", "Token" : "[redacted]", "x":"d"}');
    expect(view('/latest/user-data', withUserData('{"Token":"c"}')).Value).toBe('{"Token":"c"}');
  });
});

describe('a directory', () => {
  test('of versions, and of what a version has', () => {
    expect(view('/').Entries?.at(-1)).toEqual({ Name: 'latest', Path: '/latest/' });
    expect(view('/latest')).toEqual({
      Path: '/latest/',
      Status: 200,
      Entries: [
        { Name: 'dynamic', Path: '/latest/dynamic/' },
        { Name: 'meta-data', Path: '/latest/meta-data/' },
        { Name: 'user-data', Path: '/latest/user-data' },
      ],
    });
  });

  test('has names as they are listed, and paths as they are asked for', () => {
    expect(view(`${META_DATA}public-keys`).Entries).toEqual([{ Name: '0=my-key', Path: `${META_DATA}public-keys/0/` }]);
    const tagged = desiredInstance({ Tags: [{ Key: 'Größe:a=b', Value: 'L' }] });
    const [tag] = view(`${META_DATA}tags/instance`, tagged).Entries ?? [];
    expect(tag).toEqual({ Name: 'Größe:a=b', Path: `${META_DATA}tags/instance/Gr%C3%B6%C3%9Fe:a=b` });
    expect(view(tag?.Path ?? '', tagged).Value).toBe('L');
  });
});

describe('a value', () => {
  test('is text, as it is', () => {
    expect(view('/latest//meta-data/tags/instance/team:owner')).toEqual({
      Path: '/latest/meta-data/tags/instance/team:owner',
      Status: 200,
      Value: 'Zoë',
    });
    expect(view(`${META_DATA}public-keys/0/openssh-key`).Value).toMatch(/ my-key\n$/);
  });

  test.each([
    ['text with a mark of its byte order', Buffer.from('\ufeffa'), { Value: '\ufeffa' }],
    ['nothing', Buffer.alloc(0), { Value: '' }],
    ['bytes that are no UTF-8', Buffer.of(0x1f, 0x8b, 0xff), { Value: 'H4v/', ValueEncoding: 'base64' }],
  ])('of user data: %s', (_, bytes, expected) => {
    expect(view('/latest/user-data', withUserData(bytes))).toEqual({
      Path: '/latest/user-data',
      Status: 200,
      ...expected,
    });
  });
});

test('all that can be browsed is what the instance gets with a session token, though tokens are required', () => {
  const desired = desiredInstance({ options: { HttpTokens: 'required' } });
  const instance = prepare(desired);
  const sessionToken = mintToken(instance.tokenKey, 60, NOW);
  const seen = everything(desired);
  expect(seen.length).toBeGreaterThan(50);
  for (const { Path, Status, Value, Entries } of seen) {
    const { status, after } = respond(request('GET', Path, { sessionToken }), instance, NOW);
    const body = Buffer.from(after.slice(2), 'latin1').toString();
    expect(Status, Path).toBe(status);
    if (Entries)
      expect(Entries.map(({ Name }) => Name)).toEqual(body.split('\n').map((line) => line.replace(/\/$/, '')));
    else if (Path !== OWN_CREDENTIALS) expect(Value, Path).toBe(body);
  }
});
