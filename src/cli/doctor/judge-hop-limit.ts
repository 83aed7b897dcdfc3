/**
 * Whether a hop limit is enforced, from what was seen of it. Pure.
 *
 * The proof needs all of it: that a token does not reach the container may as well mean that nothing does.
 */

import type { Outcome, Seen } from '../explain/observe.ts';

/** What was seen of one endpoint: from the instance and from a container behind it, with the limit that the name says. */
export type Tried = { instance1: Seen; container1: Seen; container2: Seen };

export function judgeHopLimit({ instance1, container1, container2 }: Tried): { isEnforced: boolean; found: string } {
  const wrong = [
    ...(gets(instance1.put, 200) ? [] : [`limit 1: the instance itself gets no token (${words(instance1.put)})`]),
    ...(gets(container1.get, 200) ? [] : [`a container behind it reaches nothing (${words(container1.get)})`]),
    ...(container1.put?.outcome === 'answered'
      ? [`limit 1: a container gets an answer (${words(container1.put)})`]
      : []),
    ...(container1.hops === 2 ? [] : [`a container is ${container1.hops ?? 'an unknown number of'} hops away, not 2`]),
    ...(gets(container2.put, 200) ? [] : [`limit 2: a container gets no token (${words(container2.put)})`]),
  ];
  if (wrong.length > 0) return { isEnforced: false, found: wrong.join('; ') };
  return { isEnforced: true, found: 'with 1 a token reaches the instance only, with 2 also a container behind it' };
}

function gets(outcome: Outcome | undefined, status: number): boolean {
  return outcome?.outcome === 'answered' && outcome.status === status;
}

function words(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not asked';
  return outcome.outcome === 'answered' ? String(outcome.status) : outcome.outcome;
}
