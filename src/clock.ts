/**
 * The time, as something that is passed in.
 *
 * Rules take `now` as a number; whoever does I/O takes a Clock and reads it once per request. Tests pass a clock that
 * they move themselves.
 */

/** Milliseconds since 1970 in UTC. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** `2026-11-23T10:00:00Z`: AWS's ISO 8601 form without fractions of a second. */
export function isoSeconds(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-23T10:00:00.000Z`: the form in which EC2's XML prints times. */
export function isoMilliseconds(nowMs: number): string {
  return new Date(nowMs).toISOString();
}
