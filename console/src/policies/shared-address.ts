/**
 * The policy, its kind and the call that is tried, in the query of an address, so that a link or a reload shows them again.
 *
 * Addresses come from anywhere: what is read from one is text and nothing else, and only as much as one of ours can hold.
 */

import type { PolicyKind } from '../../../src/iam/policy/policy.ts';
import type { Tag } from '../../../src/model.ts';
import { FIRST_TRIAL, type Trial } from './trial.ts';

export type Written = { text: string; kind: PolicyKind; trial: Trial };

export const KINDS: Readonly<Record<PolicyKind, string>> = {
  identity: 'Identity-based policy',
  scp: 'Service control policy (SCP)',
  boundary: 'Permissions boundary',
  session: 'Session policy',
  trust: 'Role trust policy',
  resource: 'Resource-based policy',
};

/** Characters; enough for any policy that AWS stores. */
const LONGEST_TEXT = 12_000;
const LONGEST_TRIAL = 4_000;
const MOST_ROWS = 50;

/** @returns undefined where it is too much for an address */
export function writeQuery({ text, kind, trial }: Written): Record<string, string> | undefined {
  const said = Object.entries(trial).filter(([name, value]) => !isSame(value, FIRST_TRIAL[name as keyof Trial]));
  const tried = JSON.stringify(Object.fromEntries(said));
  if (text.length > LONGEST_TEXT || tried.length > LONGEST_TRIAL) return undefined;
  return { kind, policy: encode(text), ...(said.length > 0 && { try: encode(tried) }) };
}

/** What the query has of it; what cannot be read is not there. */
export function readQuery(query: URLSearchParams): Partial<Written> {
  const kind = query.get('kind') ?? '';
  const text = decode(query.get('policy') ?? '');
  const trial = decode(query.get('try') ?? '');
  return {
    ...(Object.hasOwn(KINDS, kind) && { kind: kind as PolicyKind }),
    ...(text !== undefined && text.length <= LONGEST_TEXT && text !== '' && { text }),
    ...(trial !== undefined && trial.length <= LONGEST_TRIAL && { trial: readTrial(trial) }),
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function readTrial(json: string): Trial {
  try {
    return like(FIRST_TRIAL, JSON.parse(json)) as Trial;
  } catch {
    return FIRST_TRIAL;
  }
}

/** What is given, as far as it is of the same form. */
function like(usual: unknown, given: unknown): unknown {
  if (Array.isArray(usual)) return Array.isArray(given) ? given.slice(0, MOST_ROWS).filter(isTag) : usual;
  if (typeof usual !== 'object' || usual === null) return typeof given === typeof usual ? given : usual;
  if (typeof given !== 'object' || given === null) return usual;
  const fields = Object.entries(usual).map(([name, value]) => [name, like(value, (given as Fields)[name])]);
  return Object.fromEntries(fields);
}

type Fields = Record<string, unknown>;

function isTag(row: unknown): row is Tag {
  const { Key, Value } = (row ?? {}) as Fields;
  return typeof Key === 'string' && typeof Value === 'string';
}

function encode(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  return btoa(bytes.join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decode(encoded: string): string | undefined {
  try {
    const bytes = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (character) => character.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}
