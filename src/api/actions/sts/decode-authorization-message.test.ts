/**
 * DecodeAuthorizationMessage: what was decided upon, for who may know; nobody else can read it.
 */

import { expect, test } from 'vitest';
import { ACCOUNT, asUser, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      ...{ Sid: 'NoLooking', Effect: 'Deny', Action: ['ec2:DescribeVpcs'], Resource: '*' },
      Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    },
  ],
});

/** The encoded message of a denial. */
async function denial(api: TestApi): Promise<string> {
  const error: unknown = await api.call('DescribeVpcs').catch((reason: unknown) => reason);
  const [, encoded = ''] = /Encoded authorization failure message: (\S+)$/.exec(String(error)) ?? [];
  return encoded;
}

async function startWithBob(PolicyDocument = DENY): Promise<{ api: TestApi; bob: TestApi }> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  return { api, bob: await asUser(api, 'bob') };
}

test('who may not is told nothing', async () => {
  const { bob } = await startWithBob(DENY.replace('"*"', '"ec2:*"'));
  await expectRefusal(bob.sts('DecodeAuthorizationMessage', { EncodedMessage: await denial(bob) }), 'AccessDenied');
});

test.each(['x', 'A'.repeat(100)])(
  'what is no message of this installation is not valid: %s',
  async (EncodedMessage) => {
    const api = await startTestApi();
    const decode = api.sts('DecodeAuthorizationMessage', { EncodedMessage });
    await expectRefusal(decode, 'InvalidAuthorizationMessageException', 'Message is not valid');
  },
);

test('a message of another installation, or one that was changed, is not valid', async () => {
  const { api, bob } = await startWithBob();
  const message = await denial(bob);
  const other = await startTestApi();
  const decode = (asked: TestApi, EncodedMessage: string) =>
    asked.sts('DecodeAuthorizationMessage', { EncodedMessage });
  await expectRefusal(decode(other, message), 'InvalidAuthorizationMessageException');
  const middle = message.length / 2;
  const changed = message.slice(0, middle) + (message[middle] === 'A' ? 'B' : 'A') + message.slice(middle + 1);
  await expectRefusal(decode(api, changed), 'InvalidAuthorizationMessageException');
  await expectRefusal(decode(api, 'x'.repeat(10_241)), 'ValidationError');
});

test('it has the principal, the action, the statements that applied, and what conditions could ask about', async () => {
  const { bob } = await startWithBob();
  const message = await denial(bob);
  expect(message).not.toContain('NoLooking');
  const { DecodedMessage } = await bob.sts('DecodeAuthorizationMessage', { EncodedMessage: message });
  expect(JSON.parse(DecodedMessage ?? '')).toEqual({
    allowed: false,
    explicitDeny: true,
    matchedStatements: {
      items: [
        expect.objectContaining({ effect: 'ALLOW', actions: { items: [{ value: '*' }] } }),
        {
          statementId: 'NoLooking',
          effect: 'DENY',
          principals: { items: [] },
          principalGroups: { items: [] },
          actions: { items: [{ value: 'ec2:DescribeVpcs' }] },
          resources: { items: [{ value: '*' }] },
          conditions: { items: [{ key: 'aws:RequestedRegion', values: { items: [{ value: 'us-east-1' }] } }] },
        },
      ],
    },
    failures: { items: [] },
    context: {
      principal: { id: expect.stringMatching(/^AIDA/), name: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` },
      action: 'ec2:DescribeVpcs',
      resource: '*',
      conditions: {
        items: expect.arrayContaining([
          { key: 'aws:username', values: { items: [{ value: 'bob' }] } },
          { key: 'aws:RequestedRegion', values: { items: [{ value: 'us-east-1' }] } },
        ]),
      },
    },
  });
});
