/** Policies in addresses: what is written comes back, and what comes from elsewhere is text of our form or nothing. */

import { expect, test } from 'vitest';
import { readQuery, writeQuery } from './shared-address.ts';
import { FIRST_TRIAL, MODIFY } from './trial.ts';

const written = {
  text: '{"Version": "2012-10-17", "Sid": "größer → 🙂"}\n',
  kind: 'scp' as const,
  trial: { ...FIRST_TRIAL, action: MODIFY, alone: true, tags: [{ Key: 'team', Value: 'blue' }] },
};

test('what is written into an address is read from it', () => {
  expect(readQuery(new URLSearchParams(writeQuery(written)))).toEqual(written);
});

test('what was not touched is not in it', () => {
  expect(writeQuery({ ...written, trial: FIRST_TRIAL })).not.toHaveProperty('try');
});

test('a policy that is too large for an address is in none', () => {
  expect(writeQuery({ ...written, text: ' '.repeat(12_001) })).toBeUndefined();
  const long = btoa(' '.repeat(12_001));
  expect(readQuery(new URLSearchParams({ policy: long }))).toEqual({ trial: FIRST_TRIAL });
});

test.each([
  ['{"action": {"toString": 1}, "options": "x", "tags": [{"Key": 1}, null, 3], "__proto__": {"a": 1}}'],
  ['[]'],
  ['not JSON'],
  ['null'],
])('a trial of another form is the usual one: %s', (json) => {
  expect(readQuery(new URLSearchParams({ try: btoa(json), kind: 'toString', policy: '%%%' }))).toEqual({
    trial: FIRST_TRIAL,
  });
});
