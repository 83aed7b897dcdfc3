/** The SCPs that the judge is given for an account, level by level. */

import { describe, expect, test } from 'vitest';
import {
  addMember,
  attach,
  createDeclarativePolicy,
  createOrganization,
  createPolicy,
  createUnit,
  DENY_LEAVING,
  MEMBER,
  organizations,
} from './organizations/testing.ts';
import { organizationOf } from './service-control-policies.ts';
import { ACCOUNT, startTestApi, type TestApi } from './testing.ts';

const found = (api: TestApi, account: string, region = 'us-east-1') =>
  api.inStore((tx) => organizationOf(tx, account, region));
const scps = async (...asked: Parameters<typeof found>) => (await found(...asked))?.scps;

describe('no SCPs concern', () => {
  test('an account that is in no organization', async () => {
    const api = await startTestApi();
    expect(await scps(api, ACCOUNT)).toBeUndefined();
    await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    expect(await scps(api, MEMBER)).toBeUndefined();
    await addMember(api);
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    expect(await scps(api, MEMBER)).toBeUndefined();
  });

  test('the management account', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await attach(api, await createPolicy(api, 'mine'), root);
    await attach(api, await createPolicy(api, 'its own'), ACCOUNT);
    expect(await scps(api, ACCOUNT)).toBeUndefined();
  });

  test('an account while they are not enabled', async () => {
    const api = await startTestApi();
    await createOrganization(api, 'DECLARATIVE_POLICY_EC2');
    await addMember(api);
    expect(await scps(api, MEMBER)).toBeUndefined();
  });
});

describe('the SCPs of an account', () => {
  test('are FullAWSAccess at every level, where nothing else is attached', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await addMember(api);
    const policies = [
      {
        id: 'p-FullAWSAccess',
        name: 'FullAWSAccess',
        arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
        text: expect.stringContaining('"Allow"'),
      },
    ];
    expect(await scps(api, MEMBER)).toEqual([
      { id: root, name: 'Root', policies },
      { id: MEMBER, name: `account ${MEMBER}`, policies },
    ]);
  });

  test('are those of the root, of each OU on the way, and of the account; no others', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY', 'DECLARATIVE_POLICY_EC2');
    const { Organization } = await organizations(api, 'DescribeOrganization');
    const workloads = await createUnit(api, root, 'Workloads');
    const prod = await createUnit(api, workloads, 'Prod');
    const dev = await createUnit(api, workloads, 'Dev');
    await addMember(api);
    await organizations(api, 'MoveAccount', { AccountId: MEMBER, SourceParentId: root, DestinationParentId: prod });
    const ids: Record<string, string> = {};
    for (const name of ['of root', 'of workloads', 'of prod', 'of dev', 'of account'])
      ids[name] = await createPolicy(api, name);
    const places = { 'of root': root, 'of workloads': workloads, 'of prod': prod, 'of dev': dev, 'of account': MEMBER };
    for (const [name, target] of Object.entries(places)) await attach(api, ids[name] ?? '', target);
    await attach(api, await createDeclarativePolicy(api, 'no SCP', {}), prod);
    await organizations(api, 'DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: prod });
    const levels = await scps(api, MEMBER);
    expect(levels?.map(({ id, policies }) => [id, policies.map(({ name }) => name)])).toEqual([
      [root, ['FullAWSAccess', 'of root']],
      [workloads, ['FullAWSAccess', 'of workloads']],
      [prod, ['of prod']],
      [MEMBER, ['FullAWSAccess', 'of account']],
    ]);
    const id = ids['of prod'];
    const arn = `arn:aws:organizations::${ACCOUNT}:policy/${Organization?.Id}/service_control_policy/${id}`;
    expect(levels?.[2]).toEqual({
      id: prod,
      name: 'Prod',
      policies: [{ id, name: 'of prod', arn, text: DENY_LEAVING }],
    });
  });

  test('follow a change at the next call', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await addMember(api);
    const PolicyId = await createPolicy(api, 'mine');
    const texts = async () => (await scps(api, MEMBER))?.[0]?.policies.slice(1).map(({ text }) => text);
    expect(await texts()).toEqual([]);
    await attach(api, PolicyId, root);
    expect(await texts()).toEqual([DENY_LEAVING]);
    const Content = DENY_LEAVING.replace('Deny', 'Allow');
    await organizations(api, 'UpdatePolicy', { PolicyId, Content });
    expect(await texts()).toEqual([Content]);
    await organizations(api, 'DetachPolicy', { PolicyId, TargetId: root });
    expect(await texts()).toEqual([]);
  });

  test('have ARNs of the partition', async () => {
    const api = await startTestApi();
    await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await addMember(api);
    const arn = 'arn:aws-cn:organizations::aws:policy/service_control_policy/p-FullAWSAccess';
    expect((await scps(api, MEMBER, 'cn-north-1'))?.[0]?.policies[0]?.arn).toBe(arn);
  });
});

test('the place of an account is the organization and the ids from the root to its parent', async () => {
  const api = await startTestApi();
  const place = async (account: string) => (await found(api, account))?.place;
  expect(await place(ACCOUNT)).toBeUndefined();
  const root = await createOrganization(api);
  const { Organization } = await organizations(api, 'DescribeOrganization');
  const unit = await createUnit(api, root, 'Workloads');
  await addMember(api);
  await organizations(api, 'MoveAccount', { AccountId: MEMBER, SourceParentId: root, DestinationParentId: unit });
  expect(await place(ACCOUNT)).toEqual({ id: Organization?.Id, path: [root] });
  expect(await place(MEMBER)).toEqual({ id: Organization?.Id, path: [root, unit] });
});
