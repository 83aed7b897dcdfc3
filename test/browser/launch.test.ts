/**
 * The Launch page: the page's procedures for the console, by what a person reads on it, and what came of them, asked with
 * the real CLI and with curl at the instance.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, cleanEnvironment, type OpenImds, reach, run, startOpenImds } from '../openimds.ts';
import { browserTests, expectAccessible, PHONE, screenshot } from './console.ts';

const visit = browserTests();
let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});
afterAll(() => openimds?.[Symbol.asyncDispose]());

/** The Launch page, once it has chosen what AWS's console has chosen at first. */
async function launchPage(visiting: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(openimds, 'launch', visiting);
  await page.getByRole('button', { name: /^Instance type.*t3\.micro/ }).waitFor();
  return page;
}

async function openAdvancedDetails(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Advanced details' }).click();
}

/** Opens a list and takes what is called so, exactly or by a pattern. */
async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** The same in a list that is searched first. */
async function search(page: Page, label: string, text: string, option: RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${label}`) }).click();
  await page.getByRole('combobox', { name: /Search/ }).fill(text);
  await page.getByRole('option', { name: option }).click();
}

const launchButton = (page: Page) => page.getByRole('button', { name: 'Launch instances' });

/** The instance that a notification is about; the table of instances soon has a link to it as well. */
const toldOf = (page: Page) =>
  page.getByRole('list', { name: 'Notifications' }).getByRole('link', { name: /^i-[0-9a-f]{17}$/ });

/** Presses the button and waits for what is told; the id of the one instance. */
async function launchOne(page: Page): Promise<string> {
  await launchButton(page).click();
  const link = toldOf(page);
  await link.waitFor();
  return link.innerText();
}

type Described = {
  InstanceId: string;
  ImageId: string;
  InstanceType: string;
  KeyName?: string;
  SubnetId: string;
  MetadataOptions: Record<string, string | number>;
  Tags?: { Key: string; Value: string }[];
};

async function describeInstances(...args: string[]): Promise<Described[]> {
  const { Reservations } = await openimds.json<{ Reservations: { Instances: Described[] }[] }>(
    ...['ec2', 'describe-instances', ...args],
  );
  return Reservations.flatMap(({ Instances }) => Instances);
}

async function optionsOf(InstanceId: string): Promise<Described['MetadataOptions'] | undefined> {
  return (await describeInstances('--instance-ids', InstanceId))[0]?.MetadataOptions;
}

/** What the metadata service of the instance answers to curl: the body, and the status after a space. */
async function curl(InstanceId: string, path: string, ...args: string[]): Promise<string> {
  const { ipv4 } = await reach(openimds, InstanceId, 'running');
  const { stdout } = await run('curl', ['-sS', '-w', ' %{http_code}', ...args, `${ipv4}${path}`]);
  return stdout;
}

/** A header with a session token of the instance. */
async function tokenOf(InstanceId: string): Promise<string> {
  const put = ['-X', 'PUT', '-H', 'X-aws-ec2-metadata-token-ttl-seconds: 60'];
  const [token] = (await curl(InstanceId, '/latest/api/token', ...put)).split(' ');
  return `X-aws-ec2-metadata-token: ${token}`;
}

describe('the procedures of the page', () => {
  test('To require the use of IMDSv2 on a new instance: Metadata accessible Enabled, Metadata version V2 only', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata version', 'V2 only (token required)');
    const InstanceId = await launchOne(page);
    expect(await optionsOf(InstanceId)).toMatchObject({ HttpTokens: 'required', HttpEndpoint: 'enabled' });
    expect(await curl(InstanceId, '/latest/meta-data/instance-id')).toMatch(/ 401$/);
    const token = await tokenOf(InstanceId);
    expect(await curl(InstanceId, '/latest/meta-data/instance-id', '-H', token)).toBe(`${InstanceId} 200`);
  });

  test('To turn off access to instance metadata: Metadata accessible Disabled', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Disabled');
    // Other options would say nothing now.
    await page.getByRole('button', { name: /^Metadata version/, disabled: true }).waitFor();
    const InstanceId = await launchOne(page);
    expect(await optionsOf(InstanceId)).toMatchObject({ HttpEndpoint: 'disabled' });
    expect(await curl(InstanceId, '/latest/meta-data/instance-id')).toBe(' 403');
  });

  test('the IPv6 endpoint beside the IPv4 endpoint', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata IPv4 endpoint', 'Enabled');
    await choose(page, 'Metadata IPv6 endpoint', 'Enabled');
    const InstanceId = await launchOne(page);
    const enabled = { HttpProtocolIpv4: 'enabled', HttpProtocolIpv6: 'enabled' };
    const listed = (await openimds.instances()).find((each) => each.InstanceId === InstanceId);
    expect(listed?.MetadataOptions).toMatchObject(enabled);
    const { ipv6 } = await reach(openimds, InstanceId, 'running');
    const token = await tokenOf(InstanceId);
    const answer = await run('curl', ['-gsS', '-H', token, `${ipv6}/latest/meta-data/instance-id`]);
    expect(answer.stdout).toBe(InstanceId);
  });
});

describe('everything that can be filled in', () => {
  const SCRIPT = '#!/bin/sh\necho "it\'s $HOME"\n';

  async function fillIn(page: Page): Promise<void> {
    await page.getByRole('textbox', { name: /^Name/ }).fill('web');
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('team');
    await page.getByRole('textbox', { name: 'Value' }).fill('blue, or "red"');
    await search(page, 'Amazon Machine Image', 'ami-0abcdef', /example-x86_64/);
    await search(page, 'Instance type', 'c5.l', /^c5\.large/);
    await choose(page, 'Key pair', /^mine/);
    await choose(page, 'Subnet', /us-east-1b/);
    await page.getByLabel('Number of instances').fill('2');
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata version', 'V1 and V2 (token optional)');
    await page.getByLabel('Metadata response hop limit').fill('3');
    await choose(page, 'Allow tags in metadata', 'Enabled');
    await page.getByRole('textbox', { name: /^User data/ }).fill(SCRIPT);
  }

  async function userDataOf(InstanceId: string): Promise<string> {
    const { UserData } = await openimds.json<{ UserData: { Value: string } }>(
      ...['ec2', 'describe-instance-attribute', '--instance-id', InstanceId, '--attribute', 'userData'],
    );
    return Buffer.from(UserData.Value, 'base64').toString();
  }

  const alike = ({
    ImageId,
    InstanceType,
    KeyName,
    SubnetId,
    MetadataOptions: { State: _state, ...options },
    Tags,
  }: Described) => ({
    ...{ ImageId, InstanceType, KeyName, SubnetId, options, Tags: Tags?.sort((a, b) => a.Key.localeCompare(b.Key)) },
  });

  test('is what is launched, and the equivalent command launches the same', async () => {
    const publicKey = join(openimds.state, 'mine');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', publicKey]);
    await openimds.json(
      'ec2',
      'import-key-pair',
      '--key-name',
      'mine',
      '--public-key-material',
      `fileb://${publicKey}.pub`,
    );
    const page = await launchPage();
    await fillIn(page);
    await expectAccessible(page);
    await screenshot(page, 'launch-instances');
    const command = await page.getByRole('region', { name: 'AWS CLI command' }).innerText();
    await launchButton(page).click();
    await page.getByText('Launched 2 instances.').waitFor();
    const launched = await describeInstances();
    const ofConsole = launched.filter(({ KeyName }) => KeyName === 'mine');
    expect(ofConsole).toHaveLength(2);
    const [first] = ofConsole;
    expect(first && alike(first)).toMatchObject({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 'c5.large',
      options: {
        HttpEndpoint: 'enabled',
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 3,
        InstanceMetadataTags: 'enabled',
      },
      Tags: [
        { Key: 'Name', Value: 'web' },
        { Key: 'team', Value: 'blue, or "red"' },
      ],
    });
    expect(await userDataOf(first?.InstanceId ?? '')).toBe(SCRIPT);

    const shell = `eval "$("${CHECKOUT}bin/openimds" env --address ${openimds.address})"; ${command}`;
    const { status, stderr } = await run('sh', ['-c', shell], { ...cleanEnvironment(), AWS_PAGER: '' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const known = launched.map(({ InstanceId }) => InstanceId);
    const ofCommand = (await describeInstances()).filter(({ InstanceId }) => !known.includes(InstanceId));
    expect(ofCommand.map(alike)).toEqual(ofConsole.map(alike));
    expect(await userDataOf(ofCommand[0]?.InstanceId ?? '')).toBe(SCRIPT);
  });
});

test('an instance profile of the account is offered, with its role', async () => {
  const iam = (...args: string[]) => openimds.json('iam', ...args);
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  await iam('create-role', '--role-name', 'reader', '--assume-role-policy-document', document);
  await iam('create-instance-profile', '--instance-profile-name', 'web');
  await iam('add-role-to-instance-profile', '--instance-profile-name', 'web', '--role-name', 'reader');
  const page = await launchPage();
  await openAdvancedDetails(page);
  await search(page, 'IAM instance profile', 'we', /^web.*role reader/);
  await page.getByText('--iam-instance-profile Name=web').waitFor();
});

describe('which default applies, and where it comes from', () => {
  const region = 'eu-west-1';

  test('the account, the AMI, built in', async () => {
    await openimds.json(
      ...['ec2', 'modify-instance-metadata-defaults', '--region', region, '--http-put-response-hop-limit', '5'],
    );
    const page = await launchPage({ region });
    await openAdvancedDetails(page);
    const field = (label: string) =>
      page.getByRole('group', { name: label }).or(page.getByText(label, { exact: true }));
    await field('Metadata version').first().waitFor();
    await page.getByText('Default: 5, set for the account in eu-west-1.').waitFor();
    await page.getByText('Default: V2 only (token required), from the AMI (ImdsSupport v2.0).').waitFor();
    await page.getByText('Default: Enabled, built in.').first().waitFor();
    await search(page, 'Amazon Machine Image', 'example-x86', /example-x86_64/);
    await page.getByText('Default: V1 and V2 (token optional), built in.').waitFor();
    const InstanceId = await launchOne(page);
    const [instance] = await describeInstances('--region', region, '--instance-ids', InstanceId);
    expect(instance?.MetadataOptions).toMatchObject({ HttpTokens: 'optional', HttpPutResponseHopLimit: 5 });
  });
});

describe("what AWS would refuse is said as one types, in AWS's words, and nothing is launched", () => {
  const ENDPOINT =
    "The HttpEndpoint is not set to 'enabled' in this request. To specify a value for HttpTokens, set HttpEndpoint to 'enabled'.";

  test('HttpTokens without HttpEndpoint', async () => {
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata version', 'V2 only (token required)');
    await page.getByText(ENDPOINT).waitFor();
    await expectAccessible(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await page.getByText(ENDPOINT).waitFor({ state: 'detached' });
  });

  test('a hop limit of 65', async () => {
    const before = (await describeInstances()).length;
    const page = await launchPage();
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await page.getByLabel('Metadata response hop limit').fill('65');
    const words =
      "A value of '65' is not valid for HttpPutResponseHopLimit. Specify a value between 1 and 64 and try again.";
    await page.getByText(words).waitFor();
    await launchButton(page).click();
    // Whoever pressed it is led to what is wrong.
    await page.getByLabel('Metadata response hop limit').and(page.locator(':focus')).waitFor();
    expect(await describeInstances()).toHaveLength(before);
  });

  test('the IPv6 endpoint on a Xen type', async () => {
    const page = await launchPage();
    await search(page, 'Instance type', 'c3.large', /^c3\.large/);
    await openAdvancedDetails(page);
    await choose(page, 'Metadata IPv6 endpoint', 'Enabled');
    await page
      .getByText('The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types.')
      .waitFor();
  });

  test('a tag key that no path can have, while tags are in the metadata', async () => {
    const page = await launchPage();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('textbox', { name: 'Key' }).fill('cost center');
    await openAdvancedDetails(page);
    await choose(page, 'Allow tags in metadata', 'Enabled');
    await page.getByText(/'cost center' is not a valid tag key/).waitFor();
  });

  test('IMDSv1 where the account enforces IMDSv2', async () => {
    const region = 'eu-central-1';
    await openimds.json(
      ...['ec2', 'modify-instance-metadata-defaults', '--region', region, '--http-tokens-enforced', 'enabled'],
    );
    const page = await launchPage({ region });
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata version', 'V1 and V2 (token optional)');
    await page.getByText(/You can't launch instances with IMDSv1 because httpTokensEnforced is enabled/).waitFor();
  });
});

describe('a launch that policies deny', () => {
  const ALLOW = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

  /** May do everything but launch without requiring IMDSv2. */
  async function mostPolicies(): Promise<Record<string, string>> {
    const deny = await readFile(join(CHECKOUT, 'docs/policies/require-imdsv2-at-launch.json'), 'utf8');
    return { allow: JSON.stringify(ALLOW), 'require-imdsv2': deny };
  }

  async function makeUser(UserName: string, policies: Record<string, string>) {
    const iam = <T>(...args: string[]) => openimds.json<T>('iam', ...args, '--user-name', UserName);
    await iam('create-user');
    for (const [name, document] of Object.entries(policies)) {
      await iam('put-user-policy', '--policy-name', name, '--policy-document', document);
    }
    const { AccessKey } = await iam<{ AccessKey: { AccessKeyId: string; SecretAccessKey: string } }>(
      'create-access-key',
    );
    return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey, region: 'us-east-1' };
  }

  test('for want of a statement that allows it says so', async () => {
    const statement = { Effect: 'Allow', Action: 'sts:DecodeAuthorizationMessage', Resource: '*' };
    const policies = { decode: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
    const { page } = await visit(openimds, 'instances', { keys: await makeUser('carol', policies), refusals: true });
    await page.getByText('The instances cannot be listed').waitFor();
    await page.getByText('No statement denies ec2:DescribeInstances on *; one that allows it is missing.').waitFor();
  });

  test('says which statement decided, and keeps what was filled in', async () => {
    const page = await launchPage({ keys: await makeUser('bob', await mostPolicies()), refusals: true });
    await page.getByRole('textbox', { name: /^Name/ }).fill('kept');
    await launchButton(page).click();
    await page.getByText('Nothing was launched').waitFor();
    await page.getByText('UnauthorizedOperation').waitFor();
    const statement = page.getByRole('region', { name: 'Policy statement' });
    expect((await statement.innerText()).split('\n').map((line) => line.replace(/ {2,}/, ' '))).toEqual([
      'Sid RequireImdsV2',
      'Effect Deny',
      'Action ec2:RunInstances',
      'Resource arn:aws:ec2:*:*:instance/*',
      'Condition compares ec2:MetadataHttpTokens with required; in this request it is absent',
    ]);
    expect(await page.getByRole('textbox', { name: /^Name/ }).inputValue()).toBe('kept');
    await expectAccessible(page);
    await screenshot(page, 'launch-denied');
    await openAdvancedDetails(page);
    await choose(page, 'Metadata accessible', 'Enabled');
    await choose(page, 'Metadata version', 'V2 only (token required)');
    const InstanceId = await launchOne(page);
    expect(await optionsOf(InstanceId)).toMatchObject({ HttpTokens: 'required' });
  });
});

test('with the keyboard alone', async () => {
  const page = await launchPage();
  const tabTo = async (target: Locator) => {
    for (let presses = 0; presses < 100; presses++) {
      if ((await target.and(page.locator(':focus')).count()) === 1) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('Tab does not lead there');
  };
  const choose = async (label: RegExp, ...keys: string[]) => {
    await tabTo(page.getByRole('button', { name: label }));
    for (const key of ['Enter', ...keys, 'Enter']) await page.keyboard.press(key);
  };
  await tabTo(page.getByRole('textbox', { name: /^Name/ }));
  await page.keyboard.type('typed');
  await tabTo(page.getByRole('button', { name: 'Advanced details' }));
  await page.keyboard.press('Enter');
  await choose(/^Metadata accessible/, 'ArrowDown');
  await choose(/^Metadata version/, 'ArrowDown', 'ArrowDown');
  await page.getByText('--metadata-options HttpEndpoint=enabled,HttpTokens=required').waitFor();
  await tabTo(launchButton(page));
  await page.keyboard.press('Enter');
  await toldOf(page).waitFor();
  const [instance] = await describeInstances('--filters', 'Name=tag:Name,Values=typed');
  expect(instance?.MetadataOptions).toMatchObject({ HttpEndpoint: 'enabled', HttpTokens: 'required' });
});

test('where nothing answers any more, it is said, and what was filled in stays', async () => {
  await using gone = await startOpenImds();
  const { page } = await visit(gone, 'launch', { refusals: true });
  await page.getByRole('button', { name: /^Instance type.*t3\.micro/ }).waitFor();
  await page.getByRole('textbox', { name: /^Name/ }).fill('kept');
  await gone.stop();
  await launchButton(page).click();
  await page.getByText(/does not answer: is OpenIMDS still running\?/).waitFor();
  expect(await page.getByRole('textbox', { name: /^Name/ }).inputValue()).toBe('kept');
});

test('a script in a name and in a tag stays text', async () => {
  const script = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
  const page = await launchPage();
  await page.getByRole('textbox', { name: /^Name/ }).fill(script);
  await launchOne(page);
  await page.getByRole('gridcell', { name: script }).waitFor();
  expect(await page.title()).toBe('Instances | OpenIMDS');
});

test('at the width of a phone nothing scrolls sideways', async () => {
  const page = await launchPage({ viewport: PHONE });
  await openAdvancedDetails(page);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await expectAccessible(page);
  await screenshot(page, 'launch-instances-phone');
});
