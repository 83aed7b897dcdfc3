/** An account's defaults while a declarative policy of its organization manages them, and before and after. */

import { describe, expect, test } from 'vitest';
import {
  addMember,
  attach,
  createDeclarativePolicy,
  createOrganization,
  createUnit,
  MEMBER,
  organizations,
} from './organizations/testing.ts';
import { ACCOUNT, expectRefusal, find, launch, startTestApi, type TestApi } from './testing.ts';

/** An organization with a member that has set a default of its own. */
async function arrange() {
  const api = await startTestApi();
  const root = await createOrganization(api, 'DECLARATIVE_POLICY_EC2');
  await addMember(api);
  const member = api.as({ account: MEMBER });
  await member.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'optional', InstanceMetadataTags: 'enabled' });
  return { api, root, member };
}

const defaultsOf = async (api: TestApi) => (await api.call('GetInstanceMetadataDefaults')).AccountLevel;

async function optionsOf(api: TestApi, MetadataOptions?: object) {
  return (await find(api, await launch(api, { MetadataOptions })))?.MetadataOptions;
}

const OWN = { HttpTokens: 'optional', InstanceMetadataTags: 'enabled', ManagedBy: 'account' };

describe('a declarative policy does not manage', () => {
  test('accounts that it is not attached above', async () => {
    const { api, root, member } = await arrange();
    const policy = await createDeclarativePolicy(api, 'require', { http_tokens: 'required' });
    expect(await defaultsOf(member)).toEqual(OWN);
    await attach(api, policy, await createUnit(api, root, 'elsewhere'));
    await attach(api, policy, ACCOUNT);
    expect(await defaultsOf(member)).toEqual(OWN);
    expect(await defaultsOf(api.as({ account: '999999999999' }))).toEqual({ ManagedBy: 'account' });
  });

  test('what it says nothing of', async () => {
    const { api, root, member } = await arrange();
    const others = { serial_console_access: { status: { '@@assign': 'disabled' } } };
    await attach(api, await createDeclarativePolicy(api, 'console', {}, others), root);
    expect(await defaultsOf(member)).toEqual(OWN);
    await member.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
  });

  test('an account that has left, nor one whose type is disabled', async () => {
    const { api, root, member } = await arrange();
    await attach(api, await createDeclarativePolicy(api, 'require', { http_tokens: 'required' }), root);
    await organizations(api, 'DisablePolicyType', { RootId: root, PolicyType: 'DECLARATIVE_POLICY_EC2' });
    expect(await defaultsOf(member)).toEqual(OWN);
    await organizations(api, 'RemoveAccountFromOrganization', { AccountId: MEMBER });
    expect(await defaultsOf(member)).toEqual(OWN);
  });
});

describe('while a declarative policy manages an account’s defaults', () => {
  test('they are the policy’s in every Region, and of the management account too', async () => {
    const { api, root, member } = await arrange();
    const settings = { http_tokens: 'required', http_put_response_hop_limit: '2' };
    await attach(api, await createDeclarativePolicy(api, 'require', settings), root);
    const managed = { HttpTokens: 'required', HttpPutResponseHopLimit: 2, ManagedBy: 'declarative-policy' };
    for (const each of [member, member.as({ region: 'eu-west-1' }), api]) {
      expect(await defaultsOf(each)).toEqual(managed);
      expect(await optionsOf(each)).toMatchObject({
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        InstanceMetadataTags: 'disabled',
      });
    }
  });

  test('the account cannot change them: it gets the policy’s message, which is also described', async () => {
    const { api, root, member } = await arrange();
    const others = { exception_message: { '@@assign': 'Ask the platform team: https://wiki.example.com/imds' } };
    await attach(api, await createDeclarativePolicy(api, 'require', { http_tokens: 'required' }, others), root);
    const message = 'Ask the platform team: https://wiki.example.com/imds';
    const modify = { HttpTokens: 'optional' };
    await expectRefusal(member.call('ModifyInstanceMetadataDefaults', modify), 'OperationNotPermitted', message);
    expect(await defaultsOf(member)).toMatchObject({ HttpTokens: 'required', ManagedExceptionMessage: message });
    // A dry run ends before that, and a wrong value is refused first.
    await expectRefusal(member.call('ModifyInstanceMetadataDefaults', { ...modify, DryRun: true }), 'DryRunOperation');
    await expectRefusal(member.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'no' }), 'InvalidParameterValue');
  });

  test('without a message of its own, AWS’s is given', async () => {
    const { api, root, member } = await arrange();
    await attach(api, await createDeclarativePolicy(api, 'require', { http_tokens: 'required' }), root);
    await expectRefusal(
      member.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' }),
      'OperationNotPermitted',
      'This action is denied due to an organizational policy in effect',
    );
    expect(await defaultsOf(member)).not.toHaveProperty('ManagedExceptionMessage');
  });

  test('a launch may still say otherwise; existing instances keep what they have', async () => {
    const { api, root, member } = await arrange();
    const id = await launch(member);
    await attach(api, await createDeclarativePolicy(api, 'require', { http_tokens: 'required' }), root);
    expect((await find(member, id))?.MetadataOptions.HttpTokens).toBe('optional');
    const options = { HttpEndpoint: 'enabled', HttpTokens: 'optional' };
    expect(await optionsOf(member, options)).toMatchObject({ HttpTokens: 'optional' });
    const modify = { InstanceId: id, HttpTokens: 'optional', HttpEndpoint: 'enabled' };
    await member.call('ModifyInstanceMetadataOptions', modify);
  });

  test('unless http_tokens_enforced is enabled: then nothing is launched with IMDSv1, or changed to it', async () => {
    const { api, root, member } = await arrange();
    const id = await launch(member);
    const settings = { http_tokens: 'required', http_tokens_enforced: 'enabled' };
    await attach(api, await createDeclarativePolicy(api, 'enforce', settings), root);
    const options = { HttpEndpoint: 'enabled', HttpTokens: 'optional' };
    await expectRefusal(launch(member, { MetadataOptions: options }), 'UnsupportedOperation');
    const modify = { InstanceId: id, HttpTokens: 'optional', HttpEndpoint: 'enabled' };
    await expectRefusal(member.call('ModifyInstanceMetadataOptions', modify), 'UnsupportedOperation');
    expect(await optionsOf(member)).toMatchObject({ HttpTokens: 'required' });
    expect(await defaultsOf(member)).toMatchObject({ HttpTokensEnforced: 'enabled' });
  });
});

test('to attach, to update and to detach take effect at the next call, and the account’s own are then as they were', async () => {
  const { api, root, member } = await arrange();
  const PolicyId = await createDeclarativePolicy(api, 'require', { http_tokens: 'required' });
  expect(await optionsOf(member)).toMatchObject({ HttpTokens: 'optional', InstanceMetadataTags: 'enabled' });
  await attach(api, PolicyId, root);
  expect(await optionsOf(member)).toMatchObject({ HttpTokens: 'required', InstanceMetadataTags: 'disabled' });
  const Content = JSON.stringify({
    ec2_attributes: { instance_metadata_defaults: { http_endpoint: { '@@assign': 'disabled' } } },
  });
  await organizations(api, 'UpdatePolicy', { PolicyId, Content });
  expect(await optionsOf(member)).toMatchObject({ HttpTokens: 'optional', HttpEndpoint: 'disabled' });
  await organizations(api, 'DetachPolicy', { PolicyId, TargetId: root });
  expect(await defaultsOf(member)).toEqual(OWN);
  expect(await optionsOf(member)).toMatchObject({ HttpTokens: 'optional', InstanceMetadataTags: 'enabled' });
});

test('what is attached nearer to the account overrides what it inherits, as far as that allows', async () => {
  const { api, root, member } = await arrange();
  const ec2_attributes = {
    instance_metadata_defaults: {
      http_tokens: { '@@assign': 'required', '@@operators_allowed_for_child_policies': ['@@none'] },
      http_put_response_hop_limit: { '@@assign': '1' },
    },
  };
  const Content = JSON.stringify({ ec2_attributes });
  const locking = { Name: 'lock', Description: '', Type: 'DECLARATIVE_POLICY_EC2', Content };
  const { Policy } = await organizations(api, 'CreatePolicy', locking);
  await attach(api, Policy?.PolicySummary?.Id ?? '', root);
  const loose = { http_tokens: 'optional', http_put_response_hop_limit: '3' };
  await attach(api, await createDeclarativePolicy(api, 'loose', loose), MEMBER);
  expect(await defaultsOf(member)).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 3 });
});
