/**
 * Faults of an instance as a caller writes them and as they are answered: which there are, what each may be, and what
 * becomes of those that an instance has.
 *
 * What is not named stays, `null` takes away, and so does a value that means no fault. Nothing that is not listed here
 * gets into the store.
 */

import { isDeepStrictEqual } from 'node:util';
import { type AwsError, incorrectInstanceState, invalidParameterValue } from '../aws-errors.ts';
import type { FaultStatus, Faults, Instance } from '../model.ts';
import { findInstance, instanceArns } from './instances.ts';
import type { OwnCall } from './own-call.ts';

export type DescribedFaults = {
  InstanceId: string;
  /** `pending` until the host has brought about all that is desired of the instance, which it does while that runs. */
  State: 'pending' | 'applied';
  Faults: Faults;
};

export function describeFaults({ InstanceId, Faults = {}, revision, appliedRevision }: Instance): DescribedFaults {
  return { InstanceId, State: appliedRevision >= revision ? 'applied' : 'pending', Faults };
}

export type FaultsChange = {
  /** An undefined fault is taken away; one that is not named stays. */
  faults: { [Name in keyof Faults]?: Faults[Name] | undefined };
  expireTokens: boolean;
};

/**
 * Changes the faults of the instance that the path names. It is a new revision, so that its host hears of it, but no
 * change of its metadata options, which stay applied.
 *
 * @throws InvalidInstanceID.*, UnauthorizedOperation, IncorrectInstanceState
 */
export async function changeFaults(call: OwnCall, { faults, expireTokens }: FaultsChange): Promise<DescribedFaults> {
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  if (instance.State === 'shutting-down' || instance.State === 'terminated') {
    throw incorrectInstanceState(instance.InstanceId, 'modified');
  }
  const { Faults: former = {}, ...rest } = instance;
  const Faults = given({ ...former, ...faults });
  if (!expireTokens && isDeepStrictEqual(Faults, former)) return describeFaults(instance);
  const changed = {
    ...rest,
    ...(Object.keys(Faults).length > 0 && { Faults }),
    tokenGeneration: instance.tokenGeneration + (expireTokens ? 1 : 0),
    revision: await call.tx.nextRevision(),
  };
  await call.tx.instances.update([changed]);
  return describeFaults(changed);
}

function given(faults: FaultsChange['faults']): Faults {
  return Object.fromEntries(Object.entries(faults).filter(([, value]) => value !== undefined));
}

/** What takes away every fault. */
export function withoutFaults(): FaultsChange {
  return { faults: Object.fromEntries(Object.keys(READERS).map((name) => [name, undefined])), expireTokens: false };
}

/** @throws InvalidParameterValue that names what is wrong and what it may be */
export function readFaultsChange(body: unknown): FaultsChange {
  if (!isObject(body)) throw invalidParameterValue(`the body must be a JSON object with ${NAMES} or \`ExpireTokens\``);
  const { ExpireTokens, ...faults } = body;
  if (ExpireTokens !== undefined && ExpireTokens !== true) throw mustBe('ExpireTokens', '`true`, or absent');
  const unknown = Object.keys(faults).find((name) => !Object.hasOwn(READERS, name));
  if (unknown !== undefined) {
    throw invalidParameterValue(`there is no fault ${quoted(unknown)}; it must be ${NAMES} or \`ExpireTokens\``);
  }
  const read = Object.entries(faults).map(([name, value]) => [
    name,
    value === null ? undefined : READERS[name as keyof Faults](value),
  ]);
  return { faults: Object.fromEntries(read), expireTokens: ExpireTokens === true };
}

type Readers = { [Name in keyof Required<Faults>]: (value: unknown) => Faults[Name] | undefined };

/** Each returns undefined for a value that means no fault. */
const READERS: Readers = {
  LatencyMs: (value) => wholeNumber('LatencyMs', value, 0, 60_000) || undefined,
  Errors: readErrors,
  HangTokenPut(value) {
    if (typeof value !== 'boolean') throw mustBe('HangTokenPut', '`true` or `false`');
    return value || undefined;
  },
  PacketsPerSecond: (value) => wholeNumber('PacketsPerSecond', value, 1, 1_000_000),
  CredentialsLifetimeSeconds: (value) => wholeNumber('CredentialsLifetimeSeconds', value, 0, 21_600),
};

const NAMES = Object.keys(READERS).map(quoted).join(', ');

const STATUSES: readonly FaultStatus[] = [429, 500, 502, 503, 504];

function readErrors(value: unknown): Faults['Errors'] {
  if (!isObject(value)) throw mustBe('Errors', 'an object with `Status` and, where not all are meant, `Share`');
  const { Status, Share = 1, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw invalidParameterValue(`there is no ${quoted(`Errors.${unknown}`)}; it must be \`Status\` or \`Share\``);
  }
  const status = STATUSES.find((known) => known === Status);
  if (status === undefined) throw mustBe('Errors.Status', STATUSES.join(', ').replace(/, (?=\d+$)/, ' or '));
  if (typeof Share !== 'number' || Share <= 0 || Share > 1) {
    throw mustBe('Errors.Share', 'a number above 0 and up to 1');
  }
  return { Status: status, Share };
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw mustBe(name, `a whole number from ${least} to ${most}`);
}

function mustBe(name: string, what: string): AwsError {
  return invalidParameterValue(`the value of \`${name}\` must be ${what}`);
}

/** Names are a caller's: a long one says no more than its beginning. */
function quoted(name: string): string {
  return `\`${name.slice(0, 64)}\``;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
