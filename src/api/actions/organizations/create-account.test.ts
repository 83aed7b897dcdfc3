/** Accounts of an organization: how they come into it, what is said of them, and how they leave. */

import { describe, expect, test } from 'vitest';
import { addMember, createOrganization, MEMBER, organizations } from '../../organizations/testing.ts';
import { ACCOUNT, START_MS, startTestApi, type TestApi } from '../../testing.ts';

async function create(api: TestApi, Email: string, input: object = {}) {
  const { CreateAccountStatus } = await organizations(api, 'CreateAccount', { AccountName: 'dev', Email, ...input });
  return CreateAccountStatus;
}

/** What came of it. */
async function outcome(api: TestApi, Email: string) {
  const CreateAccountRequestId = (await create(api, Email))?.Id;
  return (await organizations(api, 'DescribeCreateAccountStatus', { CreateAccountRequestId })).CreateAccountStatus;
}

describe('no account is made', () => {
  test.each([
    [{ Email: undefined }, 'INPUT_REQUIRED'],
    [{ Email: 'a@b.c' }, 'MIN_LENGTH_EXCEEDED'],
    [{ Email: `${'a'.repeat(64)}@example.com` }, 'MAX_LENGTH_EXCEEDED'],
    [{ Email: 'nobody at all' }, 'INVALID_PATTERN'],
    [{ AccountName: '' }, 'MIN_LENGTH_EXCEEDED'],
    [{ AccountName: 'ä' }, 'INVALID_PATTERN'],
    [{ RoleName: 'a role' }, 'INVALID_PATTERN'],
    [{ IamUserAccessToBilling: 'PERHAPS' }, 'INVALID_ENUM'],
    [{ Tags: [{ Key: 'aws:a', Value: '' }] }, 'INVALID_SYSTEM_TAGS_PARAMETER'],
  ])('with %j: %s', async (input, Reason) => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(create(api, 'dev@example.com', input)).rejects.toMatchObject({
      name: 'InvalidInputException',
      Reason,
    });
    expect((await organizations(api, 'ListAccounts')).Accounts).toHaveLength(1);
  });

  test.each(['twice@example.com', 'TWICE@example.com'])('for an address that is taken: %s', async (Email) => {
    const api = await startTestApi();
    await createOrganization(api);
    await create(api, 'twice@example.com');
    expect(await outcome(api, Email)).toMatchObject({ State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' });
    expect((await organizations(api, 'ListAccounts')).Accounts).toHaveLength(2);
  });

  test('for the digits of an account that is in an organization, this one or another', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await createOrganization(api.as({ account: '999999999999' }));
    for (const account of [ACCOUNT, '999999999999']) {
      expect(await outcome(api, `${account}@example.com`)).toMatchObject({ State: 'FAILED' });
    }
  });

  test('that nobody asked for: CreateAccountStatusNotFoundException', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const CreateAccountRequestId = `car-${'0'.repeat(32)}`;
    await expect(organizations(api, 'DescribeCreateAccountStatus', { CreateAccountRequestId })).rejects.toMatchObject({
      name: 'CreateAccountStatusNotFoundException',
    });
  });
});

describe('a new account', () => {
  test('is in progress when it is asked for, and there when its status is', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const status = await create(api, 'dev@example.com');
    expect(status).toEqual({
      Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
      AccountName: 'dev',
      State: 'IN_PROGRESS',
      RequestedTimestamp: new Date(START_MS),
    });
    const CreateAccountRequestId = status?.Id;
    const described = await organizations(api, 'DescribeCreateAccountStatus', { CreateAccountRequestId });
    expect(described.CreateAccountStatus).toMatchObject({
      State: 'SUCCEEDED',
      AccountId: expect.stringMatching(/^[1-9]\d{11}$/),
      CompletedTimestamp: new Date(START_MS),
    });
  });

  test('is below the root, and described with its path', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const { Organization } = await organizations(api, 'DescribeOrganization');
    await addMember(api);
    expect((await organizations(api, 'DescribeAccount', { AccountId: MEMBER })).Account).toEqual({
      Id: MEMBER,
      Arn: `arn:aws:organizations::${ACCOUNT}:account/${Organization?.Id}/${MEMBER}`,
      Email: `${MEMBER}@example.com`,
      Name: `account ${MEMBER}`,
      Status: 'ACTIVE',
      State: 'ACTIVE',
      Paths: [`${Organization?.Id}/${root}/${MEMBER}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date(START_MS),
    });
  });

  test.each(['111122223333@example.com', 'aws+111122223333@example.com', 'a+b+111122223333@example.com'])(
    'is the one whose digits its address has: %s',
    async (Email) => {
      const api = await startTestApi();
      await createOrganization(api);
      expect(await outcome(api, Email)).toMatchObject({ State: 'SUCCEEDED', AccountId: MEMBER });
    },
  );

  test.each(['1111222233334@example.com', '11112222333@example.com', 'x111122223333@example.com'])(
    'is any other where they are not its digits: %s',
    async (Email) => {
      const api = await startTestApi();
      await createOrganization(api);
      const { AccountId } = (await outcome(api, Email)) ?? {};
      expect(AccountId).toMatch(/^\d{12}$/);
      expect(AccountId).not.toBe(MEMBER);
    },
  );

  test('has the tags that it is made with', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    const Tags = [{ Key: 'team', Value: 'blue' }];
    await create(api, `${MEMBER}@example.com`, { Tags });
    expect(await organizations(api, 'ListTagsForResource', { ResourceId: MEMBER })).toEqual({ Tags });
  });
});

describe('lists of accounts', () => {
  test('come in pages of twenty, or of as many as are asked for', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    for (let i = 0; i < 24; i++) await create(api, `dev${i}@example.com`);
    const first = await organizations(api, 'ListAccounts');
    expect(first.Accounts).toHaveLength(20);
    const second = await organizations(api, 'ListAccounts', { NextToken: first.NextToken });
    expect(second.Accounts?.map(({ Email }) => Email)).toEqual([19, 20, 21, 22, 23].map((i) => `dev${i}@example.com`));
    expect(second).not.toHaveProperty('NextToken');
    expect((await organizations(api, 'ListAccounts', { MaxResults: 3 })).Accounts).toHaveLength(3);
    const statuses = await organizations(api, 'ListCreateAccountStatus', { States: ['SUCCEEDED'], MaxResults: 20 });
    expect(statuses.CreateAccountStatuses).toHaveLength(20);
    expect(await organizations(api, 'ListCreateAccountStatus', { States: ['IN_PROGRESS'] })).toEqual({
      CreateAccountStatuses: [],
    });
  });

  test.each([
    [{ MaxResults: 0 }, 'MIN_VALUE_EXCEEDED'],
    [{ MaxResults: 21 }, 'MAX_VALUE_EXCEEDED'],
    [{ NextToken: 'nonsense' }, 'INVALID_NEXT_TOKEN'],
    [{ NextToken: Buffer.from('["ListRoots",5]').toString('base64url') }, 'INVALID_NEXT_TOKEN'],
    [{ NextToken: Buffer.from('["ListAccounts",-5]').toString('base64url') }, 'INVALID_NEXT_TOKEN'],
    [{ NextToken: Buffer.from('null').toString('base64url') }, 'INVALID_NEXT_TOKEN'],
  ])('with %j: %s', async (input, Reason) => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(organizations(api, 'ListAccounts', input)).rejects.toMatchObject({ Reason });
  });
});

describe('RemoveAccountFromOrganization', () => {
  test('not the management account, nor one that is not there', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await expect(organizations(api, 'RemoveAccountFromOrganization', { AccountId: ACCOUNT })).rejects.toMatchObject({
      name: 'MasterCannotLeaveOrganizationException',
    });
    await expect(organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER })).rejects.toMatchObject({
      name: 'AccountNotFoundException',
      message: "You specified an account that doesn't exist.",
    });
  });

  test('leaves an account by itself, which can come again', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await create(api, `${MEMBER}@example.com`, { Tags: [{ Key: 'team', Value: 'blue' }] });
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    expect((await organizations(api, 'ListAccounts')).Accounts?.map(({ Id }) => Id)).toEqual([ACCOUNT]);
    await expect(organizations(api.as({ account: MEMBER }), 'DescribeOrganization')).rejects.toMatchObject({
      name: 'AWSOrganizationsNotInUseException',
    });
    await addMember(api);
    expect(await organizations(api, 'ListTagsForResource', { ResourceId: MEMBER })).toEqual({ Tags: [] });
  });
});
