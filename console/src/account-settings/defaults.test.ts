/** A change of the account's defaults before it is sent: what is in the request, the command, and what is said of it. */

import { expect, test } from 'vitest';
import {
  breaksLaunches,
  changed,
  choose,
  modifyDefaultsCommand,
  problemOf,
  requestOf,
  sharedValue,
} from './defaults.ts';

test('what is so in every chosen Region already is not in the request', () => {
  const all = [{ HttpTokens: 'required' }, { HttpTokens: 'required' }] as const;
  expect(choose({}, { option: 'HttpTokens', value: 'required' }, all)).toEqual({});
  expect(choose({}, { option: 'HttpEndpoint', value: 'no-preference' }, all)).toEqual({});
  expect(choose({ HttpTokens: 'optional' }, { option: 'HttpTokens', value: 'required' }, all)).toEqual({});
});

test('where Regions differ, every value is a change', () => {
  const all = [{ HttpTokens: 'required' }, {}] as const;
  expect(sharedValue('HttpTokens', all)).toBe('differs');
  expect(choose({}, { option: 'HttpTokens', value: 'required' }, all)).toEqual({ HttpTokens: 'required' });
  expect(choose({}, { option: 'HttpTokens', value: 'no-preference' }, all)).toEqual({ HttpTokens: 'no-preference' });
});

test('no preference for the hop limit is -1', () => {
  const change = { HttpPutResponseHopLimit: 'no-preference', HttpTokensEnforced: 'enabled' };
  expect(requestOf(change)).toEqual({ HttpPutResponseHopLimit: -1, HttpTokensEnforced: 'enabled' });
  expect(changed({ HttpPutResponseHopLimit: 3 }, change)).toEqual({ HttpTokensEnforced: 'enabled' });
  expect(modifyDefaultsCommand(change, 'eu-west-1').slice(3).join(' ')).toBe(
    '--region eu-west-1 --http-put-response-hop-limit -1 --http-tokens-enforced enabled',
  );
});

test("a hop limit of 65 is refused in AWS's words", () => {
  expect(problemOf({ HttpPutResponseHopLimit: '65' })).toBe(
    "A value of '65' is not valid for HttpPutResponseHopLimit. Specify a value between 1 and 64, or -1 for no preference, and try again.",
  );
  expect(problemOf({ HttpPutResponseHopLimit: '' })).toBe('Enter a whole number from 1 to 64.');
  expect(problemOf({ HttpPutResponseHopLimit: '64' })).toBeUndefined();
});

test('enforcement without a default of required breaks launches that say nothing', () => {
  expect(breaksLaunches({ HttpTokensEnforced: 'enabled' })).toBe(true);
  expect(breaksLaunches({ HttpTokensEnforced: 'enabled', HttpTokens: 'optional' })).toBe(true);
  expect(breaksLaunches({ HttpTokensEnforced: 'enabled', HttpTokens: 'required' })).toBe(false);
  expect(breaksLaunches({ HttpTokens: 'optional' })).toBe(false);
});
