/** The encoded message of a denial, as a text that people hand to programs. */

import { expect, test } from 'vitest';
import { contextOf } from '../iam/context.ts';
import { decodeAuthorizationMessage, encodeAuthorizationMessage } from './authorization-message.ts';

const key = new Uint8Array(32).fill(1);
const request = {
  principal: {
    type: 'user',
    arn: 'arn:aws:iam::123456789012:user/bob',
    account: '123456789012',
    id: 'AIDA',
    name: 'bob',
  },
  action: 'ec2:RunInstances',
  resource: '*',
  context: contextOf({}),
} as const;
const encode = () => encodeAuthorizationMessage(key, request, { decision: 'implicitDeny', matched: [], why: '' });

test('it says nothing without the key, and all with it', () => {
  const encoded = encode();
  expect(JSON.parse(decodeAuthorizationMessage(key, encoded))).toMatchObject({
    context: { action: 'ec2:RunInstances' },
  });
  expect(() => decodeAuthorizationMessage(new Uint8Array(32), encoded)).toThrow();
  expect(Buffer.from(encoded, 'base64url').toString('latin1')).not.toContain('RunInstances');
});

test('none begins with a hyphen, which programs take for an option', () => {
  for (let n = 0; n < 1000; n++) expect(encode()).toMatch(/^\w[\w-]+$/);
});
