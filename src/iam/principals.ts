/**
 * Who asks, and whether a policy's Principal means them.
 *
 * One caller answers to several names: a session is itself, its role and its account. Which name a policy of a resource
 * uses decides how far its Allow reaches, so a match says which it was.
 *
 *   direct   the caller itself, or everybody        nothing implicit stands against it
 *   role     the role of a session                  its boundary and the session's policies still limit it
 *   account  the account                            it leaves the decision to the account's own policies
 */

import type { Tag } from '../model.ts';
import type { PrincipalElement, Statement } from './policy/policy.ts';

export type RequestPrincipal = {
  type: 'root' | 'user' | 'assumed-role' | 'federated-user' | 'service' | 'anonymous';
  /** Of a session its own, `arn:aws:sts::…:assumed-role/…`; of a service its name, `ec2.amazonaws.com`. */
  arn: string;
  /** Twelve digits; empty for a service and for nobody. */
  account: string;
  /** `aws:userid`: `AIDA…`, `AROA…:session`, the account of its root. */
  id: string;
  /** `aws:username` of a user. */
  name?: string;
  /** The role of a session, `arn:aws:iam::…:role/path/name`; of a federated user the user that it came from. */
  roleArn?: string;
  /** Of the user, or of role and session together. */
  tags?: readonly Tag[];
};

export type Reach = 'direct' | 'role' | 'account';

const FURTHEST: readonly Reach[] = ['direct', 'role', 'account'];

/**
 * How a statement means the caller; undefined where it does not.
 *
 * NotPrincipal means everybody who has a name that is not listed: whoever is to be left out has to be listed with the
 * account too, and a session with its role, as AWS warns.
 */
export function meansCaller(
  { Principal, NotPrincipal, Effect }: Pick<Statement, 'Principal' | 'NotPrincipal' | 'Effect'>,
  caller: RequestPrincipal,
): Reach | undefined {
  if (NotPrincipal) {
    const names = namesOf(caller);
    return names.every(([name]) => NotPrincipal.some((listed) => isNamed(listed, name))) ? undefined : 'direct';
  }
  if (!Principal) return 'direct';
  // To trust everybody is not to trust the services of AWS; to deny everybody denies them too.
  const everybody = Effect === 'Deny' || caller.type !== 'service';
  if (everybody && Principal.some(({ type, text }) => type === 'AWS' && text === '*')) return 'direct';
  const reaches = namesOf(caller).filter(([name]) => Principal.some((listed) => isNamed(listed, name)));
  return FURTHEST.find((reach) => reaches.some(([, candidate]) => candidate === reach));
}

type Name = { type: PrincipalElement[number]['type']; text: string };

/** All that a caller answers to. */
function namesOf({ type, arn, account, id, roleArn }: RequestPrincipal): [Name, Reach][] {
  if (type === 'anonymous') return [];
  if (type === 'service') return [[{ type: 'Service', text: arn }, 'direct']];
  const aws = (text: string, reach: Reach): [Name, Reach] => [{ type: 'AWS', text }, reach];
  const uniqueId = /^A[A-Z0-9]+/.exec(id)?.[0];
  return [
    aws(arn, 'direct'),
    ...(uniqueId === undefined ? [] : [aws(uniqueId, type === 'user' ? 'direct' : 'role')]),
    ...(roleArn === undefined ? [] : [aws(roleArn, 'role')]),
    aws(account, type === 'root' ? 'direct' : 'account'),
  ];
}

/** An account may be written as its root's ARN. */
function isNamed(listed: PrincipalElement[number], name: Name): boolean {
  if (listed.type !== name.type) return false;
  return listed.text === name.text || /^arn:[^:]+:iam::(\d{12}):root$/.exec(listed.text)?.[1] === name.text;
}
