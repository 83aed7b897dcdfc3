/**
 * Organizations for tests, through AWS's own SDK: its client writes the request and reads the answer, so that every test
 * proves names and types of the wire as well.
 *
 * What the SDK reads has to be all that was answered: a member that AWS's model does not have fails the test.
 */

import * as sdk from '@aws-sdk/client-organizations';
import { expect } from 'vitest';
import { AwsError } from '../../aws-errors.ts';
import { organizations as service } from '../actions/organizations/index.ts';
import { jsonForm } from '../answer-form.ts';
import type { TestApi } from '../testing.ts';

type Sdk = typeof sdk;

/** What AWS's SDK says that an operation answers. */
type Output<A extends string> = `${A}Command` extends keyof Sdk
  ? InstanceType<Sdk[`${A}Command`]> extends {
      resolveMiddleware(...args: never[]): (...args: never[]) => Promise<infer R>;
    }
    ? R extends { output: infer O }
      ? Omit<O, '$metadata'>
      : never
    : never
  : never;

type CommandClass = new (input: object) => Parameters<sdk.OrganizationsClient['send']>[0];

/** @throws what the SDK makes of a refusal: an error with the code as its name, AWS's words, and `Reason` where there is one */
export async function organizations<A extends string>(
  api: TestApi,
  operation: A,
  input: object = {},
): Promise<Output<A>> {
  let answered: unknown;
  const client = new sdk.OrganizationsClient({
    region: api.scope.region,
    endpoint: 'http://127.0.0.1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) => {
        const answer = await ask(api, headers['x-amz-target'] ?? '', JSON.parse(textOf(body)));
        answered = JSON.parse(answer.body);
        const encoded = new TextEncoder().encode(answer.body);
        return { response: { statusCode: answer.status, headers: {}, body: encoded } };
      },
    },
  });
  const Command = (sdk as unknown as Record<string, CommandClass>)[`${operation}Command`] as CommandClass;
  const { $metadata, ...output } = await client.send(new Command(input));
  expect(asJson(output)).toEqual(answered);
  return output as Output<A>;
}

async function ask(api: TestApi, target: string, body: unknown): Promise<{ status: number; body: string }> {
  try {
    return { status: 200, body: JSON.stringify(await api.json(target, body)) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { status: error.status, body: jsonForm(service).write(error, '') };
  }
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** As it came: times are seconds. */
function asJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asJson(inner)]));
}

// ─── What tests start from ───────────────────────────────────────────────────────────────────────────────────────────

/** An account in the organization, by the way that the documentation shows. */
export const MEMBER = '111122223333';

/** Makes the account of the test API a management account. @returns the root's id */
export async function createOrganization(api: TestApi, ...types: sdk.PolicyType[]): Promise<string> {
  await organizations(api, 'CreateOrganization');
  const { Roots } = await organizations(api, 'ListRoots');
  const RootId = Roots?.[0]?.Id ?? '';
  for (const PolicyType of types) await organizations(api, 'EnablePolicyType', { RootId, PolicyType });
  return RootId;
}

/** Takes an account into the organization. */
export async function addMember(api: TestApi, account = MEMBER): Promise<string> {
  await organizations(api, 'CreateAccount', { AccountName: `account ${account}`, Email: `${account}@example.com` });
  return account;
}

export async function createUnit(api: TestApi, ParentId: string, Name: string): Promise<string> {
  const { OrganizationalUnit } = await organizations(api, 'CreateOrganizationalUnit', { ParentId, Name });
  return OrganizationalUnit?.Id ?? '';
}

export const DENY_LEAVING =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}';

export const REQUIRE_IMDSV2 =
  '{"ec2_attributes":{"instance_metadata_defaults":{"http_tokens":{"@@assign":"required"}}}}';

/** @returns its id */
export async function createPolicy(api: TestApi, Name: string, input: object = {}): Promise<string> {
  const policy = { Name, Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: DENY_LEAVING, ...input };
  return (await organizations(api, 'CreatePolicy', policy)).Policy?.PolicySummary?.Id ?? '';
}

/** A declarative policy with these metadata defaults and, beside them, other attributes. @returns its id */
export function createDeclarativePolicy(
  api: TestApi,
  Name: string,
  defaults: object,
  others: object = {},
): Promise<string> {
  const settings = Object.entries(defaults).map(([name, value]) => [name, { '@@assign': value }]);
  const ec2_attributes = { instance_metadata_defaults: Object.fromEntries(settings), ...others };
  return createPolicy(api, Name, { Type: 'DECLARATIVE_POLICY_EC2', Content: JSON.stringify({ ec2_attributes }) });
}

export async function attach(api: TestApi, PolicyId: string, TargetId: string): Promise<void> {
  await organizations(api, 'AttachPolicy', { PolicyId, TargetId });
}
