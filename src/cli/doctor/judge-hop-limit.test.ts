/**
 * When a hop limit counts as enforced, and when what was seen proves nothing.
 */

import { expect, test } from 'vitest';
import type { Outcome, Seen } from '../explain/observe.ts';
import { judgeHopLimit, type Tried } from './judge-hop-limit.ts';

const answered = (status: number): Outcome => ({ outcome: 'answered', status });
const NO_ANSWER: Outcome = { outcome: 'no answer' };
const NO_ROUTE: Outcome = { outcome: 'no route' };

function seen(put: Outcome, changes: Partial<Seen> = {}): Seen {
  return { url: 'http://169.254.169.254', get: answered(200), put, hops: 2, ...changes };
}

const ENFORCED: Tried = {
  instance1: seen(answered(200), { hops: 1 }),
  container1: seen(NO_ANSWER),
  container2: seen(answered(200)),
};

test.each<[string, Partial<Tried>, string]>([
  ['a token that comes too far', { container1: seen(answered(200)) }, 'limit 1: a container gets an answer (200)'],
  ['a container that reaches nothing', { container1: { url: '', get: NO_ROUTE } }, 'reaches nothing (no route)'],
  ['a container that is not behind a router', { container1: seen(NO_ANSWER, { hops: 1 }) }, 'is 1 hops away, not 2'],
  ['an instance without a token', { instance1: seen(NO_ANSWER) }, 'the instance itself gets no token (no answer)'],
  ['a limit of 2 that does not suffice', { container2: seen(NO_ANSWER) }, 'limit 2: a container gets no token'],
])('%s: not enforced', (_, changes, words) => {
  expect(judgeHopLimit({ ...ENFORCED, ...changes })).toEqual({
    isEnforced: false,
    found: expect.stringContaining(words),
  });
});

test('with 1 the instance only, with 2 the container too: enforced', () => {
  expect(judgeHopLimit(ENFORCED)).toMatchObject({ isEnforced: true });
});
