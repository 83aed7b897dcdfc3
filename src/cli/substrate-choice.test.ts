/**
 * What `openimds up` says of its substrate: when it refuses namespaces, and that it takes loopback addresses.
 */

import { expect, test } from 'vitest';
import type { Lack } from '../agent/substrates/netns-requirements.ts';
import type { LogFields } from '../log.ts';
import { Failure } from './failure.ts';
import { netnsFailure, noteLoopback, requireNetns } from './substrate-choice.ts';

test('namespaces are refused with everything that is missing, in one sentence', () => {
  expect(() => requireNetns(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN', 'nft'])).toThrow(
    new Failure(
      'instances cannot be network namespaces here: missing are root (run it as root (sudo); in a container, with --privileged or --cap-add NET_ADMIN --cap-add SYS_ADMIN), nft (Debian: apt-get install nftables; Fedora: dnf install nftables); `openimds doctor` says more',
    ),
  );
  expect(() => requireNetns(['Linux'])).toThrow('missing is Linux (');
  expect(() => requireNetns([])).not.toThrow();
});

test('what fails all the same is one sentence too', () => {
  expect(netnsFailure(new Error('ip failed: no such device\n  at x'))).toEqual(
    new Failure('instances cannot be network namespaces here: ip failed: no such device; `openimds doctor` says more'),
  );
});

function noted(...lacks: Lack[]): LogFields & { message: string } {
  const lines: (LogFields & { message: string })[] = [];
  const log = {
    info: (message: string, fields?: LogFields) => void lines.push({ ...fields, message }),
    warn: () => {},
    error: () => {},
  };
  noteLoopback(log, lacks);
  expect(lines).toHaveLength(1);
  return lines[0] ?? { message: '' };
}

test('loopback addresses are told, with what it takes to have namespaces', () => {
  expect(noted()).toEqual({
    message: 'instances are loopback addresses of this machine',
    hint: '`--substrate netns` makes them network namespaces, with hop limits in force',
  });
  expect(noted('CAP_NET_ADMIN', 'CAP_SYS_ADMIN', 'nft').hint).toBe(
    'network namespaces, with hop limits in force, need root and nft; then `--substrate netns`; `openimds doctor` says more',
  );
});
