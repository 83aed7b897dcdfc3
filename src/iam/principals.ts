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
import type { PrincipalElement, PrincipalType, Statement } from './policy/policy.ts';

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

/**
 * How a statement means the caller; undefined where it does not. rule: trust-policies
 *
 * NotPrincipal means everybody who is also something that is not listed: whoever is to be left out has to be listed with
 * the account too, and a session with its role, as AWS warns.
 */
export function meansCaller(
  { Principal, NotPrincipal, Effect }: Pick<Statement, 'Principal' | 'NotPrincipal' | 'Effect'>,
  caller: RequestPrincipal,
): Reach | undefined {
  if (NotPrincipal) return namesOf(caller).every((name) => isListed(name, NotPrincipal)) ? undefined : 'direct';
  if (!Principal) return 'direct';
  // To trust everybody is not to trust the services of AWS; to deny everybody denies them too.
  const everybody = Effect === 'Deny' || caller.type !== 'service';
  if (everybody && Principal.some(({ type, text }) => type === 'AWS' && text === '*')) return 'direct';
  return namesOf(caller).find((name) => isListed(name, Principal))?.reach;
}

/** One of those that a caller is, in each way to write it. */
type Name = { reach: Reach; type: PrincipalType; texts: readonly string[] };

/** All that a caller is, the furthest reach first. */
function namesOf({ type, arn, account, id, roleArn }: RequestPrincipal): Name[] {
  if (type === 'anonymous') return [];
  if (type === 'service') return [{ reach: 'direct', type: 'Service', texts: [arn] }];
  const aws = (reach: Reach, ...texts: (string | undefined)[]): Name => ({
    reach,
    type: 'AWS',
    texts: texts.filter((text) => text !== undefined),
  });
  const accountArn = `${arn.split(':', 2).join(':')}:iam::${account}:root`;
  if (type === 'root') return [aws('direct', accountArn, account)];
  const uniqueId = /^A[A-Z0-9]+/.exec(id)?.[0];
  return [
    aws('direct', arn, type === 'user' ? uniqueId : undefined),
    ...(roleArn === undefined ? [] : [aws('role', roleArn, type === 'assumed-role' ? uniqueId : undefined)]),
    aws('account', accountArn, account),
  ];
}

function isListed({ type, texts }: Name, listed: PrincipalElement): boolean {
  return listed.some((each) => each.type === type && texts.includes(each.text));
}
