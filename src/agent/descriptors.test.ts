/** How what is there is shared: however many take all they can get, whoever comes next still gets something. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { descriptors } from './descriptors.ts';

test('none are left, or none but those to keep', () => {
  const two = descriptors(2);
  expect([two.take(2), two.take(1), two.take(1), two.take(), two.take()]).toEqual([false, true, false, true, false]);
  two.release();
  expect(two.take()).toBe(true);
});

test('one alone gets three quarters and no more', () => {
  const pool = descriptors(400);
  let held = 0;
  while (pool.takeAnother(held)) held++;
  expect(held).toBe(300);
});

test('the first of somebody is refused only when there is none', () => {
  const pool = descriptors(3);
  expect([pool.takeAnother(0), pool.takeAnother(0), pool.takeAnother(0), pool.takeAnother(0)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('however many are greedy, up to a sixteenth of what there is, and in whatever order: the next one gets one', () => {
  const greedy = fc
    .integer({ min: 16, max: 400 })
    .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 1, max: Math.floor(count / 16) })));
  fc.assert(
    fc.property(greedy, fc.boolean(), ([count, greedyOnes], inTurns) => {
      const pool = descriptors(count);
      const held = Array.from({ length: greedyOnes }, () => 0);
      const takeOne = (who: number) => {
        const taken = pool.takeAnother(held[who] ?? 0);
        if (taken) held[who] = (held[who] ?? 0) + 1;
        return taken;
      };
      let isAnyTaken = true;
      while (isAnyTaken) {
        isAnyTaken = false;
        for (const who of held.keys()) {
          while (takeOne(who)) {
            isAnyTaken = true;
            if (inTurns) break;
          }
        }
      }
      expect(pool.takeAnother(0)).toBe(true);
    }),
  );
});
