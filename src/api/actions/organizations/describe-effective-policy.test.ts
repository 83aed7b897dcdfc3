/** What declarative policies come to for an account, and who may ask. */

import { describe, expect, test } from 'vitest';
import {
  addMember,
  attach,
  createDeclarativePolicy,
  createOrganization,
  createUnit,
  MEMBER,
  organizations,
} from '../../organizations/testing.ts';
import { ACCOUNT, START_MS, startTestApi, type TestApi } from '../../testing.ts';

const PolicyType = 'DECLARATIVE_POLICY_EC2';

async function effective(api: TestApi, input: object = {}) {
  const { EffectivePolicy } = await organizations(api, 'DescribeEffectivePolicy', { PolicyType, ...input });
  return { ...EffectivePolicy, PolicyContent: JSON.parse(EffectivePolicy?.PolicyContent ?? '') };
}

describe('no effective policy', () => {
  test('while nothing is attached, or the type is not enabled, or not offered', async () => {
    const api = await startTestApi();
    const RootId = await createOrganization(api);
    const refused = { name: 'EffectivePolicyNotFoundException' };
    await expect(effective(api)).rejects.toMatchObject(refused);
    await organizations(api, 'EnablePolicyType', { RootId, PolicyType });
    await createDeclarativePolicy(api, 'mine', { http_tokens: 'required' });
    await expect(effective(api)).rejects.toMatchObject(refused);
    await expect(effective(api, { PolicyType: 'BACKUP_POLICY' })).rejects.toMatchObject(refused);
  });

  test('of SCPs, of which every level counts', async () => {
    const api = await startTestApi();
    await createOrganization(api, 'SERVICE_CONTROL_POLICY');
    await expect(effective(api, { PolicyType: 'SERVICE_CONTROL_POLICY' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('of a root, of an OU, of an account that is not there', async () => {
    const api = await startTestApi();
    const root = await createOrganization(api);
    const unit = await createUnit(api, root, 'Dev');
    for (const TargetId of [root, unit]) {
      await expect(effective(api, { TargetId })).rejects.toMatchObject({ Reason: 'TARGET_NOT_SUPPORTED' });
    }
    await expect(effective(api, { TargetId: MEMBER })).rejects.toMatchObject({ name: 'TargetNotFoundException' });
  });

  test('of another account, for a member', async () => {
    const api = await startTestApi();
    await createOrganization(api);
    await addMember(api);
    await expect(effective(api.as({ account: MEMBER }), { TargetId: ACCOUNT })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

test('policies of the root, the OU and the account are laid over each other, for the account and its management', async () => {
  const api = await startTestApi();
  const root = await createOrganization(api, PolicyType);
  const unit = await createUnit(api, root, 'Dev');
  await addMember(api);
  await organizations(api, 'MoveAccount', { AccountId: MEMBER, SourceParentId: root, DestinationParentId: unit });
  const all = { http_tokens: 'required', http_put_response_hop_limit: '1', http_endpoint: 'enabled' };
  await attach(api, await createDeclarativePolicy(api, 'all', all), root);
  api.advance(60_000);
  await attach(api, await createDeclarativePolicy(api, 'dev', { http_put_response_hop_limit: 2 }), unit);
  const others = { exception_message: { '@@assign': 'ask us' } };
  await attach(api, await createDeclarativePolicy(api, 'mine', { http_tokens: 'no_preference' }, others), MEMBER);
  const defaults = { http_tokens: 'no_preference', http_put_response_hop_limit: 2, http_endpoint: 'enabled' };
  for (const [caller, TargetId] of [[ACCOUNT, MEMBER] as const, [MEMBER, undefined] as const]) {
    expect(await effective(api.as({ account: caller }), { TargetId })).toEqual({
      PolicyContent: { ec2_attributes: { instance_metadata_defaults: defaults, exception_message: 'ask us' } },
      LastUpdatedTimestamp: new Date(START_MS + 60_000),
      TargetId: MEMBER,
      PolicyType,
    });
  }
  expect((await effective(api)).PolicyContent).toEqual({ ec2_attributes: { instance_metadata_defaults: all } });
});
