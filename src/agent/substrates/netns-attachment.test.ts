/** To which namespaces an instance must not be attached: those that nobody has to make for the test. */

import { describe, expect, test } from 'vitest';
import { obstacleOf, obstacleTo, targetOf } from './netns-attachment.ts';

const NOW = new Date().toISOString();

function obstacle(Netns: string, AttachTime = NOW): string | undefined {
  return obstacleTo({ attachment: { Netns, Device: 'imds0', AttachTime }, interfaces: [] });
}

test('a name that no namespace has', () => {
  expect(obstacle('no-such-namespace')).toBe(
    'there is no network namespace no-such-namespace on its host; `ip netns` lists those that there are',
  );
});

test('a number that no process has', () => {
  expect(obstacle('999999999')).toBe('there is no process 999999999 on its host, or no longer');
});

describe.runIf(process.platform === 'linux')('a process', () => {
  const own = String(process.pid);

  test("in the machine's own namespace", () => {
    expect(obstacle(own)).toBe(`the namespace of process ${own} is the machine's own`);
  });

  test('that began after the instance was attached: it has the number of another', () => {
    const before = new Date(Date.now() - process.uptime() * 1000 - 60_000).toISOString();
    expect(obstacle(own, before)).toBe(`the process ${own} that was meant has ended; another one has its number now`);
  });

  test('and another one of the same namespace lead to the same', () => {
    const attachment = { Device: 'imds0', AttachTime: NOW };
    expect(targetOf({ ...attachment, Netns: own })).toBe(targetOf({ ...attachment, Netns: String(process.ppid) }));
    expect(targetOf({ ...attachment, Netns: own })).toMatch(/^\d+$/);
  });
});

test.each([
  [
    'route add 169.254.169.254/32 dev imds0 metric 0',
    'RTNETLINK answers: File exists',
    'something else has the route to 169.254.169.254 in the namespace',
  ],
  [
    'link set dev imds0 up',
    'RTNETLINK answers: Operation not permitted',
    '`ip link set dev imds0 up` fails: RTNETLINK answers: Operation not permitted',
  ],
])('`ip %s`: %s', (line, message, sentence) => {
  expect(obstacleOf(line, message)).toBe(sentence);
});
