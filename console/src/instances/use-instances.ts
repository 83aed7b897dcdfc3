/**
 * The page of instances that the table shows: live, with what their metadata services counted, and the way to other pages.
 *
 * Each page is asked for by where it begins, so that it does not matter how many instances there are.
 */

import { useCallback, useRef, useState } from 'react';
import type { MetadataRequestCounts } from '../../../src/host-model.ts';
import type { Api } from '../api/api.ts';
import { isDenial } from '../api/api-error.ts';
import type { Instance } from '../api/services.ts';
import { useLive } from '../shell/use-live.ts';
import { type Cursor, type Filter, idsOf, readInstancePage } from './instance-pages.ts';
import { readListed } from './own-instances.ts';

/** An instance with the counts of its metadata service, where they are known. */
export type SeenInstance = Instance & { MetadataRequests?: MetadataRequestCounts };

type Page = { of: string; instances: SeenInstance[] };

const EVERY_MS = 3000;

export type Instances = {
  instances: readonly SeenInstance[];
  /** What is shown is of another page or filter still. */
  isLoading: boolean;
  error: unknown;
  /** From 1, of `pages` that are known; whether these are all. */
  page: number;
  pages: number;
  isComplete: boolean;
  goTo(page: number): void;
  reload(): void;
};

export function useInstances(api: Api, Filters: Filter[], size: number): Instances {
  const question = JSON.stringify([api.region, Filters, size]);
  const { cursors, page, isComplete, goTo, learn } = usePages(question);
  const cursor = cursors[page - 1];
  const of = JSON.stringify([question, cursor]);
  const counts = useCounts(api);
  const { data, error, isLoading, reload } = useLive(
    async (signal): Promise<Page> => {
      const read = await readInstancePage(api, { Filters, size, cursor, signal });
      const instances = await counts(read.instances, signal);
      if (!signal.aborted) learn(page, read.next);
      return { of, instances };
    },
    [api, of],
    EVERY_MS,
  );
  const isOther = data?.of !== of;
  const instances = data?.instances ?? [];
  return { instances, isLoading: isLoading && isOther, error, page, pages: cursors.length, isComplete, goTo, reload };
}

type Pages = { question: string; cursors: readonly (Cursor | undefined)[]; isComplete: boolean; page: number };

/** Where the pages begin that one has been to, and the one after. */
function usePages(question: string) {
  const [known, setKnown] = useState<Pages>(() => firstPage(question));
  const current = known.question === question ? known : firstPage(question);
  const goTo = (page: number) => setKnown({ ...current, page });
  const learn = useCallback(
    (page: number, next: Cursor | undefined) =>
      setKnown((before) => withNext(before.question === question ? before : firstPage(question), page, next)),
    [question],
  );
  return { ...current, goTo, learn };
}

function firstPage(question: string): Pages {
  return { question, cursors: [undefined], isComplete: false, page: 1 };
}

/** The pages after it begin where they did, as long as this one ends there. */
function withNext(before: Pages, page: number, next: Cursor | undefined): Pages {
  const { cursors } = before;
  if (next !== undefined && JSON.stringify(cursors[page]) === JSON.stringify(next)) return before;
  return { ...before, cursors: [...cursors.slice(0, page), ...(next ? [next] : [])], isComplete: next === undefined };
}

/** Adds the counts. Who may not know them does without, and does not ask again. */
function useCounts(api: Api) {
  const denied = useRef<Api>(undefined);
  return async (instances: Instance[], signal: AbortSignal): Promise<SeenInstance[]> => {
    if (instances.length === 0 || denied.current === api) return instances;
    try {
      const listed = await readListed(api, idsOf(instances), signal);
      return instances.map((instance) => {
        const MetadataRequests = listed.get(instance.InstanceId ?? '')?.MetadataRequests;
        return MetadataRequests ? { ...instance, MetadataRequests } : instance;
      });
    } catch (error) {
      if (isDenial(error)) denied.current = api;
      // One of them is gone by now, or nobody answers, which the next time will tell.
      return instances;
    }
  };
}
