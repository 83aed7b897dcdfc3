/**
 * What holds for every STS action, walked over the table of actions. Two of them no policy can deny, as at AWS.
 */

import { describe, expect, test } from 'vitest';
import { stsOperations } from '../../../protocol/sts-overlay.ts';
import { ACCOUNT, asUser, denyEverything, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';
import { stsActions } from './index.ts';

const TRUST = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${ACCOUNT}"},"Action":"sts:AssumeRole"}}`;

/** The least that the action needs. */
const CASES: Record<string, object> = {
  AssumeRole: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/web`, RoleSessionName: 'me' },
  DecodeAuthorizationMessage: { EncodedMessage: 'x' },
  GetCallerIdentity: {},
  GetSessionToken: {},
};

const NOBODY_CAN_BE_DENIED = ['GetCallerIdentity', 'GetSessionToken'];

test('every action has a case and its shapes on the wire', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(stsActions).toSorted());
  expect(Object.keys(stsActions).toSorted()).toEqual(stsOperations.toSorted());
});

async function start(): Promise<TestApi> {
  const api = await startTestApi();
  await api.iam('CreateUser', { UserName: 'bob' });
  await api.iam('CreateRole', { RoleName: 'web', AssumeRolePolicyDocument: TRUST });
  return asUser(api, 'bob');
}

describe.each(Object.entries(CASES))('%s', (name, input) => {
  const free = NOBODY_CAN_BE_DENIED.includes(name);

  test(free ? 'needs no permission' : 'who may not, cannot', async () => {
    const bob = await start();
    const denied = bob.as({ judge: denyEverything });
    if (free) await denied.sts(name, input);
    else await expectRefusal(denied.sts(name, input), 'AccessDenied');
    if (!free) await expectRefusal(bob.sts(name, input), 'AccessDenied');
  });

  test('the judge is asked about this action alone, if at all', async () => {
    const bob = await start();
    const asked: string[] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ action }) => {
      asked.push(action);
      return { allowed: true };
    };
    await bob
      .as({ judge })
      .sts(name, input)
      .catch(() => {});
    expect(asked).toEqual(free ? [] : [`sts:${name}`]);
  });
});
