/**
 * Policies: what is wrong is said as one types, and what the page foretells of a call is what the real CLI then meets.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, OPENIMDS, type OpenImds, run, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

const policiesPage = async (visiting: Parameters<typeof visit>[2] = {}) =>
  (await visit(openimds, 'policies', visiting)).page;
const editor = (page: Page) => page.getByRole('textbox', { name: 'Policy document' });
/** What is decided of the call; what is read out of it stands elsewhere once more. */
const verdict = (page: Page, words: 'Allowed' | 'Denied') => page.locator('#main').getByText(words, { exact: true });
const findings = (page: Page) => page.getByRole('list', { name: 'Findings' });
const why = (page: Page) => page.getByRole('region', { name: 'Why' });

/** Opens a list and takes what is called so. */
async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

const policyOf = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Resource: '*', ...statement }] }, null, 2);

const fileOf = (text: string) => ({
  name: 'policy.json',
  mimeType: 'application/json',
  buffer: Buffer.from(text),
});

describe('what the page foretells is what happens', () => {
  /** A user who may do everything that the policy does not deny. */
  async function makeUser(UserName: string, policy: string) {
    const iam = <T>(...args: string[]) => openimds.json<T>('iam', ...args, '--user-name', UserName);
    const allow = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
    await iam('create-user');
    await iam('put-user-policy', '--policy-name', 'allow', '--policy-document', allow);
    await iam('put-user-policy', '--policy-name', 'foretold', '--policy-document', policy);
    const { AccessKey } = await iam<{ AccessKey: Record<string, string> }>('create-access-key');
    return { OPENIMDS_ACCESS_KEY_ID: AccessKey.AccessKeyId, OPENIMDS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
  }

  test('a launch that the policy denies, and one that it lets pass', async () => {
    const page = await policiesPage();
    await choose(page, 'Template', 'require-imdsv2-at-launch');
    await verdict(page, 'Denied').waitFor();
    await why(page)
      .getByText(/explicit deny in the identity-based policy statement RequireImdsV2 \(line 4\)/)
      .waitFor();
    await why(page).getByText('ec2:MetadataHttpTokens is not in the request').waitFor();
    await page.locator('#main').getByText('Nothing is wrong with it.').waitFor();
    await expectAccessible(page);
    await screenshot(page, 'policies');
    await page.getByRole('radio', { name: 'volume/*' }).check();
    await why(page).getByText('is about instance/*, not volume/*').waitFor();

    const user = await makeUser('alice', await editor(page).inputValue());
    const environment = { ...cleanEnvironment(), OPENIMDS_ADDRESS: openimds.address, ...user };
    const launch = [
      'aws',
      'ec2',
      'run-instances',
      '--image-id',
      'ami-0abcdef1234567890',
      '--instance-type',
      't3.micro',
    ];
    const denied = await run(OPENIMDS, launch, environment);
    expect(denied.stderr).toContain('(UnauthorizedOperation)');

    await choose(page, 'Metadata version', 'V2 only (token required)');
    await verdict(page, 'Allowed').waitFor();
    const allowed = await run(OPENIMDS, [...launch, '--metadata-options', 'HttpTokens=required,HttpEndpoint=enabled'], {
      ...environment,
    });
    expect(allowed).toMatchObject({ status: 0 });
  });

  test('of a change of an instance: what is asked for and what the instance is are two things', async () => {
    const page = await policiesPage();
    await choose(page, 'Template', 'keep-imdsv2');
    await page.getByRole('combobox', { name: 'Action' }).fill('ec2:ModifyInstanceMetadataOptions');
    await page.keyboard.press('Escape');
    await verdict(page, 'Allowed').waitFor();
    const asked = page.getByRole('group', { name: 'What the request sets' });
    await asked.getByRole('button', { name: /^Metadata version/ }).click();
    await page.getByRole('option', { name: 'V1 and V2 (token optional)' }).click();
    await verdict(page, 'Denied').waitFor();
    await why(page).getByText('statement KeepImdsV2').waitFor();
    await page.getByRole('group', { name: 'The instance as it is' }).waitFor();
    await expectAccessible(page);
  });

  test('who calls decides: the role of an instance, by IMDSv1 or IMDSv2', async () => {
    const page = await policiesPage();
    await choose(page, 'Template', 'credentials-from-imdsv2');
    await choose(page, 'Principal', 'Role of an instance, credentials through IMDSv1');
    await verdict(page, 'Denied').waitFor();
    await choose(page, 'Principal', 'Role of an instance, credentials through IMDSv2');
    await verdict(page, 'Allowed').waitFor();
  });
});

describe('what is wrong is said as one types, with its place', () => {
  test("JSON that does not parse, in AWS's words; the cursor is led to the place", async () => {
    const page = await policiesPage();
    await editor(page).fill('{\n  "Version": "2012-10-17",\n  "Statement": [}\n');
    await page.getByText('Syntax errors in policy. (line 3, column 17').waitFor();
    await page.getByText('MalformedPolicyDocument').waitFor();
    await page.getByText('It cannot be read, so it decides nothing yet.').waitFor();
    await page.getByRole('button', { name: 'Line 3, column 17' }).click();
    const cursor = 'document.activeElement.value.slice(document.activeElement.selectionStart)';
    expect(await page.evaluate(cursor)).toBe('}\n');
    await expectAccessible(page);
    await screenshot(page, 'policies-error');
  });

  test('a key that does not exist, until it is corrected', async () => {
    const page = await policiesPage();
    const condition = (key: string) => ({ StringNotEquals: { [key]: 'required' } });
    const Action = 'ec2:RunInstances';
    await editor(page).fill(policyOf({ Action, Condition: condition('ec2:MetadataHttpToken') }));
    await findings(page).getByText('ec2:MetadataHttpToken').first().waitFor();
    await findings(page)
      .getByText(/ec2:MetadataHttpTokens/)
      .waitFor();
    const arn = 'arn:aws:ec2:*:*:instance/*';
    await editor(page).fill(policyOf({ Action, Resource: arn, Condition: condition('ec2:MetadataHttpTokens') }));
    await page.locator('#main').getByText('Nothing is wrong with it.').waitFor();
  });

  test('the kind of policy decides what it may say', async () => {
    const page = await policiesPage();
    await editor(page).fill(policyOf({ Action: 'sts:AssumeRole', Resource: undefined, Principal: { AWS: '*' } }));
    await page.getByText('MalformedPolicyDocument').waitFor();
    await choose(page, 'Kind of policy', 'Role trust policy');
    await page.getByText('Who may use a role or another resource is not tried here.').waitFor();
    await choose(page, 'Kind of policy', 'Service control policy (SCP)');
    await page.getByText('MalformedPolicyDocumentException').waitFor();
  });

  test('what was written stays when the Region changes', async () => {
    const page = await policiesPage();
    await editor(page).fill('{"Version": "2012-10-17"}');
    await page.getByRole('button', { name: 'Region: us-east-1' }).click();
    await page.getByRole('menuitem', { name: 'eu-west-1' }).click();
    await page.getByRole('button', { name: 'Region: eu-west-1' }).waitFor();
    await page.getByText('MalformedPolicyDocument').waitFor();
    expect(await editor(page).inputValue()).toBe('{"Version": "2012-10-17"}');
  });

  test('an option that AWS would refuse is refused in its words', async () => {
    const page = await policiesPage();
    await page.getByLabel('Metadata response hop limit').fill('65');
    await page.getByText("A value of '65' is not valid for HttpPutResponseHopLimit.").waitFor();
  });

  test('a megabyte is looked at beside the page, which goes on working', async () => {
    const page = await policiesPage();
    const Statement = Array.from({ length: 6000 }, (_, index) => ({
      Sid: `Statement${index}`,
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: 'arn:aws:ec2:*:*:instance/*',
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    }));
    const text = JSON.stringify({ Version: '2012-10-17', Statement }, null, 1);
    expect(text.length).toBeGreaterThan(1_000_000);
    await page.locator('input[type=file]').setInputFiles(fileOf(text));
    await choose(page, 'Principal', 'Root of the account');
    await findings(page).waitFor();
    // No policy of its account is about root.
    await verdict(page, 'Allowed').waitFor();
    await choose(page, 'Principal', 'IAM user');
    await verdict(page, 'Denied').waitFor();
    await choose(page, 'Metadata version', 'V2 only (token required)');
    await verdict(page, 'Allowed').waitFor();
  });
});

describe('policies come and go', () => {
  test('one is created as a managed policy, which the CLI lists, and loaded again', async () => {
    const page = await policiesPage({ refusals: true });
    await choose(page, 'Template', 'cap-hop-limit');
    const text = await editor(page).inputValue();
    await page.getByRole('button', { name: 'Create managed policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Policy name').fill('not allowed!');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.getByText('ValidationError').waitFor();
    await dialog.getByLabel('Policy name').fill('cap');
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('Created the managed policy arn:aws:iam::000000000000:policy/cap.').waitFor();
    const arn = ['--policy-arn', 'arn:aws:iam::000000000000:policy/cap', '--version-id', 'v1'];
    const { PolicyVersion } = await openimds.json<{ PolicyVersion: { Document: object } }>(
      ...['iam', 'get-policy-version', ...arn],
    );
    expect(PolicyVersion.Document).toEqual(JSON.parse(text));

    await editor(page).fill('');
    await page.getByRole('button', { name: /^Managed policy/ }).click();
    await page.getByRole('option', { name: /^cap/ }).click();
    await page.getByText('statement CapHopLimit').or(verdict(page, 'Allowed')).first().waitFor();
    expect(await editor(page).inputValue()).toBe(text);
  });

  test('one is created as a service control policy and attached to the organization, which then denies', async () => {
    await using organization = await startOpenImds();
    const org = <T>(...args: string[]) => organization.json<T>('organizations', ...args);
    await org('create-organization', '--feature-set', 'ALL');
    const { Roots } = await org<{ Roots: [{ Id: string }] }>('list-roots');
    await org('create-account', '--email', 'member@example.com', '--account-name', 'member');
    const { page } = await visit(organization, 'policies', { refusals: true });
    await choose(page, 'Kind of policy', 'Service control policy (SCP)');
    await verdict(page, 'Denied').waitFor();
    await page.getByRole('button', { name: 'Create service control policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Policy name').fill('RequireImdsV2');
    await dialog.getByRole('button', { name: /^Attach to/ }).click();
    await page.getByRole('option', { name: /^member/ }).click();
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    // As at AWS the type has to be enabled first; what is created stays.
    await dialog.getByText('PolicyTypeNotEnabledException').waitFor();
    await dialog.getByText(/^p-\w+ was created, but not attached$/).waitFor();
    await expectAccessible(page);
    const type = ['--policy-type', 'SERVICE_CONTROL_POLICY'];
    await org('enable-policy-type', '--root-id', Roots[0].Id, ...type);
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText(/and attached it to member/).waitFor();
    const { Accounts } = await org<{ Accounts: { Id: string; Name: string }[] }>('list-accounts');
    const member = Accounts.find(({ Name }) => Name === 'member')?.Id ?? '';
    const filter = ['--target-id', member, '--filter', 'SERVICE_CONTROL_POLICY'];
    const { Policies } = await org<{ Policies: { Name: string }[] }>('list-policies-for-target', ...filter);
    expect(Policies.map(({ Name }) => Name)).toContain('RequireImdsV2');
    const keys = { accessKeyId: member, secretAccessKey: 'test', region: 'us-east-1' };
    await expect(organization.launch({}, keys)).rejects.toThrow('UnauthorizedOperation');
  });

  test('one is opened from a file, and its address shows it to others; a script in it stays text', async () => {
    const script = `<img src=x onerror="document.title='broken'">`;
    const text = policyOf({ Sid: script, Action: 'ec2:RunInstances' });
    const page = await policiesPage();
    await choose(page, 'Kind of policy', 'Service control policy (SCP)');
    await page.locator('input[type=file]').setInputFiles(fileOf(text));
    await why(page).getByText(`explicit deny in the service control policy statement ${script}`).first().waitFor();
    const inAddress = `policy=${Buffer.from(text).toString('base64url')}`;
    await page.waitForURL(({ hash }) => hash.includes(inAddress));
    const other = await visit(openimds, new URL(page.url()).hash.replace(/^#\/us-east-1\//, ''));
    await why(other.page).getByText(script).first().waitFor();
    expect(await editor(other.page).inputValue()).toBe(text);
    expect(await other.page.title()).toBe('Policies | OpenIMDS');
    const another = policyOf({ Sid: 'Another', Action: 'ec2:RunInstances' });
    const query = `kind=identity&policy=${Buffer.from(another).toString('base64url')}`;
    await other.page.goto(`/console/#/us-east-1/policies?${query}`);
    await why(other.page).getByText('identity-based policy statement Another').first().waitFor();
    expect(await editor(other.page).inputValue()).toBe(another);
  });
});

test('at the width of a phone nothing scrolls sideways', async () => {
  const page = await policiesPage({ viewport: PHONE });
  await verdict(page, 'Denied').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await expectAccessible(page);
  await screenshot(page, 'policies-phone');
});
