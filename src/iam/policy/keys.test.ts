/** The keys that a policy asks for. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of policies.

import { expect, test } from 'vitest';
import { contextKeysOf } from './keys.ts';
import { readPolicy } from './read.ts';

function keysOf(version: string, resource: string): string[] {
  const Condition = {
    StringEquals: { 'aws:RequestedRegion': 'us-east-1', 'k:a': ['${k:b}', "${k:c, 'd'}"] },
    Bool: { 'AWS:requestedregion': 'true' },
  };
  const Statement = { Effect: 'Deny', Action: '*', Resource: resource, Condition };
  return contextKeysOf(readPolicy(JSON.stringify({ Version: version, Statement }), 'identity'));
}

test('of conditions and of variables, each once whatever its case', () => {
  expect(keysOf('2012-10-17', 'arn:aws:s3:::${aws:username}')).toEqual([
    'aws:RequestedRegion',
    'k:a',
    'aws:username',
    'k:b',
    'k:c',
  ]);
});

test('the older version has no variables', () => {
  expect(keysOf('2008-10-17', 'arn:aws:s3:::${aws:username}')).toEqual(['aws:RequestedRegion', 'k:a']);
});
