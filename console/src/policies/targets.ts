/**
 * What a policy of the organization can be attached to: its root, its OUs and its accounts, as a list that is searched.
 *
 * Accounts come a page at a time; of OUs, which AWS gives level by level, only so many are asked for.
 */

import type { Api } from '../api/api.ts';
import type { FoundPage } from '../shell/remote-select.tsx';

export type Target = { Id: string; Name: string; kind: 'root' | 'OU' | 'account' };

type Page = { next: string | undefined; signal: AbortSignal };

/** OUs below which others are looked for; AWS's own limit of depth is five. */
const MOST_UNITS = 100;

/** The first page begins with the root and the OUs. Organizations has no filter for names. */
export async function findTargets(api: Api, text: string, { next, signal }: Page): Promise<FoundPage<Target>> {
  const above = next === undefined ? await rootAndUnits(api, signal) : [];
  const { Accounts = [], NextToken } = await api.organizations('ListAccounts', { NextToken: next }, { signal });
  const accounts = Accounts.map(({ Id = '', Name = Id }): Target => ({ Id, Name, kind: 'account' }));
  const items = [...above, ...accounts].filter(({ Id, Name }) => `${Name} ${Id}`.includes(text));
  return { items, next: NextToken };
}

async function rootAndUnits(api: Api, signal: AbortSignal): Promise<Target[]> {
  const { Roots = [] } = await api.organizations('ListRoots', {}, { signal });
  const found = Roots.map(({ Id = '', Name = Id }): Target => ({ Id, Name, kind: 'root' }));
  // What is found is asked for what is below it, in turn.
  for (const { Id } of found) {
    if (found.length > MOST_UNITS) break;
    const input = { ParentId: Id };
    const { OrganizationalUnits = [] } = await api.organizations('ListOrganizationalUnitsForParent', input, { signal });
    for (const { Id: unit = '', Name = unit } of OrganizationalUnits) found.push({ Id: unit, Name, kind: 'OU' });
  }
  return found;
}
