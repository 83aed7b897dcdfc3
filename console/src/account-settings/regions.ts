/**
 * The account's defaults in many Regions: each Region is asked by itself, a few at a time, and only if it is wanted.
 *
 * A Region that cannot be read does not keep the others from being shown.
 */

import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Api, createApi } from '../api/api.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useSession } from '../sign-in/session.tsx';
import type { RegionDefaults } from './defaults.ts';

/** What is known of a Region: its defaults, or why not. */
export type Known = { found: RegionDefaults } | { error: unknown };

const AT_A_TIME = 4;

/** Does something with each item, a few at a time. @param work must not throw */
export async function fewAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (const item of left) await work(item);
  });
  await Promise.all(workers);
}

/** The APIs in any Region, asked with the key that is signed in. */
export function useApiIn(): (region: string) => Api {
  const key = useSession().session?.key;
  return useCallback(
    (region: string) => {
      if (!key) throw new Error('useApiIn is for those who have signed in');
      return createApi({ key, region });
    },
    [key],
  );
}

export async function readDefaults(api: Api, signal?: AbortSignal): Promise<RegionDefaults> {
  const { AccountLevel = {} } = await api.ec2('GetInstanceMetadataDefaults', {}, signal && { signal });
  const { ManagedBy, ManagedExceptionMessage: message, ...defaults } = AccountLevel;
  return { defaults, ...(ManagedBy === 'declarative-policy' && { managed: { message } }) } as RegionDefaults;
}

/** The Regions of the partition, by name; that of the address is there in any case. */
export function useRegionNames(api: Api): { names: readonly string[]; isLoading: boolean; error: unknown } {
  const { data, isLoading, error } = useLoaded((signal) => api.ec2('DescribeRegions', {}, { signal }), [api]);
  const names = useMemo(() => {
    const described = (data?.Regions ?? []).map(({ RegionName = '' }) => RegionName);
    return [...new Set([api.region, ...described])].sort();
  }, [data, api]);
  return { names, isLoading, error };
}

/** Asks for the defaults of the wanted Regions that are not known yet; answers appear as they come. */
export function useDefaultsIn(wanted: readonly string[]): ReadonlyMap<string, Known> {
  const apiIn = useApiIn();
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const missing = wanted.filter((region) => !known.has(region)).join(' ');
  const wantedNow = wanted.join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes to be known must not begin anew what is under way
  useEffect(() => {
    const aborter = new AbortController();
    void fewAtATime(missing.split(' ').filter(Boolean), async (region) => {
      if (aborter.signal.aborted) return;
      const answer = await readDefaults(apiIn(region), aborter.signal).then(
        (found) => ({ found }),
        (error: unknown) => ({ error }),
      );
      if (!aborter.signal.aborted) setKnown((before) => new Map(before).set(region, answer));
    });
    return () => aborter.abort();
  }, [wantedNow, apiIn]);
  return known;
}
