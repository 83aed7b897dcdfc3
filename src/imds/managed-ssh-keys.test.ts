/** Pushed SSH keys in the metadata of an instance: for a minute, for the user they are for, and then as if never pushed. */

import { describe, expect, test } from 'vitest';
import type { ManagedSshKey, RegionKeys } from '../model.ts';
import type { ImdsInstance } from './instance.ts';
import { respond } from './respond.ts';
import { encodeResponse } from './response.ts';
import { desiredInstance, NOW, prepare, request } from './testing.ts';

const UNTIL = NOW + 60_000;
const NO_PAIR = { privateKey: '', certificate: '' };
const KEYS: RegionKeys = {
  identityKeys: { DSA: NO_PAIR, RSA: NO_PAIR, 'RSA-2048': NO_PAIR, 'DSA-2048': NO_PAIR },
  sshSigner: { certificates: 'the chain', ocspResponses: { A0: 'Zmlyc3Q=', B1: 'c2Vjb25k' } },
};

function key(InstanceOSUser: string, untilMs: number, text: string): ManagedSshKey {
  return { InstanceOSUser, VisibleUntil: new Date(untilMs).toISOString(), text };
}

/** Prepared at the moment of the request, as an agent does when it is out of date. */
function ask(ManagedSshKeys: ManagedSshKey[], path: string, { nowMs = NOW, method = 'GET', keys = true } = {}) {
  const desired = desiredInstance({ instance: { ManagedSshKeys } });
  const instance = prepare(desired, nowMs, keys ? KEYS : undefined);
  const answer = encodeResponse(
    respond(request(method, `/latest/meta-data/${path}`), instance, nowMs),
    'Connection: close\r\n',
  );
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return { status: Number(answer.slice(9, 12)), body, length: Number(/Content-Length: (\d+)/.exec(answer)?.[1]) };
}

const status = (...args: Parameters<typeof ask>) => ask(...args).status;

describe('active keys', () => {
  test('are not there for an instance to which nothing was pushed', () => {
    expect(status([], 'managed-ssh-keys/active-keys/ec2-user')).toBe(404);
    expect(status([], 'managed-ssh-keys/active-keys')).toBe(404);
    expect(ask([], 'managed-ssh-keys/').body).toBe('signer-cert\nsigner-ocsp/');
  });

  test('are not there for another user', () => {
    const pushed = [key('ec2-user', UNTIL, 'one\n\n')];
    for (const user of ['root', 'EC2-USER', 'ec2-use', 'ec2-user2']) {
      expect(status(pushed, `managed-ssh-keys/active-keys/${user}/`), user).toBe(404);
    }
  });

  test('are gone when their time is over, and nothing lists them', () => {
    const pushed = [key('ec2-user', UNTIL, 'one\n\n')];
    for (const nowMs of [UNTIL, UNTIL + 1, UNTIL + 3_600_000]) {
      expect(status(pushed, 'managed-ssh-keys/active-keys/ec2-user/', { nowMs })).toBe(404);
      expect(status(pushed, 'managed-ssh-keys/active-keys/ec2-user/', { nowMs, method: 'HEAD' })).toBe(404);
      expect(status(pushed, 'managed-ssh-keys/active-keys/', { nowMs })).toBe(404);
      expect(ask(pushed, 'managed-ssh-keys/', { nowMs }).body).toBe('signer-cert\nsigner-ocsp/');
    }
  });

  test('are there until then, to the byte, by GET and by HEAD', () => {
    const pushed = [key('ec2-user', UNTIL, '#Timestamp=1\nssh-ed25519 AAAA\nc2ln\n\n')];
    for (const nowMs of [NOW, UNTIL - 1]) {
      const path = 'managed-ssh-keys/active-keys/ec2-user/';
      const body = '#Timestamp=1\nssh-ed25519 AAAA\nc2ln\n\n';
      expect(ask(pushed, path, { nowMs })).toEqual({ status: 200, body, length: body.length });
      expect(ask(pushed, path, { nowMs, method: 'HEAD' })).toEqual({ status: 200, body: '', length: body.length });
      expect(ask(pushed, 'managed-ssh-keys/', { nowMs }).body).toBe('active-keys/\nsigner-cert\nsigner-ocsp/');
    }
  });

  test('of one user are one text in the order of the pushes, each gone at its own time', () => {
    const pushed = [key('a', UNTIL, 'one\n\n'), key('b', UNTIL + 5, 'two\n\n'), key('a', UNTIL + 9, 'three\n\n')];
    const seen = (nowMs: number) =>
      ['', 'a', 'b'].map((user) => ask(pushed, `managed-ssh-keys/active-keys/${user}`, { nowMs })).map(textOf);
    expect(seen(NOW)).toEqual(['a\nb', 'one\n\nthree\n\n', 'two\n\n']);
    expect(seen(UNTIL)).toEqual(['a\nb', 'three\n\n', 'two\n\n']);
    expect(seen(UNTIL + 5)).toEqual(['a', 'three\n\n', 404]);
    expect(seen(UNTIL + 9)).toEqual([404, 404, 404]);
  });

  test.each(['_', 'a@b.c', 'svc$', 'A.b-c_d'])('of the user %s can be asked for, also percent-encoded', (user) => {
    const pushed = [key(user, UNTIL, 'one\n\n')];
    expect(status(pushed, `managed-ssh-keys/active-keys/${user}/`)).toBe(200);
    expect(status(pushed, `managed-ssh-keys/active-keys/${encodeURIComponent(user)}`)).toBe(200);
  });
});

describe('what proves the signer', () => {
  test("is not there before the Region's keys are known", () => {
    expect(status([], 'managed-ssh-keys/', { keys: false })).toBe(404);
    expect(status([], 'managed-ssh-keys/signer-cert', { keys: false })).toBe(404);
    expect(status([], 'managed-ssh-keys/signer-ocsp', { keys: false })).toBe(404);
  });

  test('is there for every instance: the chain, and an OCSP response for each fingerprint that is listed', () => {
    expect(ask([], 'managed-ssh-keys/signer-cert/').body).toBe('the chain');
    expect(ask([], 'managed-ssh-keys/signer-ocsp/').body).toBe('A0\nB1');
    expect(ask([], 'managed-ssh-keys/signer-ocsp/B1').body).toBe('c2Vjb25k');
    expect(status([], 'managed-ssh-keys/signer-ocsp/C2')).toBe(404);
  });
});

test('an instance that was prepared is out of date as soon as the next key goes', () => {
  const goodUntil = (untils: number[], nowMs = NOW): ImdsInstance['goodUntilMs'] => {
    const ManagedSshKeys = untils.map((untilMs) => key('a', untilMs, ''));
    return prepare(desiredInstance({ instance: { ManagedSshKeys } }), nowMs).goodUntilMs;
  };
  expect(goodUntil([])).toBe(Number.POSITIVE_INFINITY);
  expect(goodUntil([UNTIL, UNTIL - 5, NOW])).toBe(UNTIL - 5);
  expect(goodUntil([UNTIL], UNTIL - 1)).toBe(UNTIL);
  expect(goodUntil([UNTIL], UNTIL)).toBe(Number.POSITIVE_INFINITY);
});

function textOf({ status, body }: { status: number; body: string }): string | number {
  return status === 200 ? body : status;
}
