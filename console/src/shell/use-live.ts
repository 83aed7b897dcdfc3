/**
 * What a page goes on loading while somebody looks at it.
 *
 *   const { data, error, reload } = useLive((signal) => api.ec2('DescribeInstances', {}, { signal }), [api], 3000);
 *
 * Nothing is asked while the tab is hidden, or again by who may not; what takes long is asked more seldom.
 */

import { type DependencyList, useEffect } from 'react';
import { isDenial } from '../api/api-error.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

/** How many times as long as an answer takes nothing is asked after it. */
const REST = 5;
const LONGEST_REST_MS = 30_000;

/** @param everyMs after an answer, at least */
export function useLive<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: DependencyList,
  everyMs: number,
): Loaded<T> {
  const loaded = useLoaded(load, dependencies);
  const { isLoading, error, answers, tookMs, reload } = loaded;
  const isDenied = isDenial(error);
  // Of an answer that comes at once it is not seen that it was waited for, so that they are counted.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer begins another rest
  useEffect(() => {
    if (isLoading || isDenied) return undefined;
    return whenSeen(Math.max(everyMs, Math.min(REST * tookMs, LONGEST_REST_MS)), reload);
  }, [isLoading, isDenied, answers, tookMs, reload, everyMs]);
  return loaded;
}

/** Calls `then` after some time, or as soon as the tab is seen again. Returns what takes that back. */
function whenSeen(ms: number, then: () => void): () => void {
  const check = () => {
    if (document.hidden) return;
    document.removeEventListener('visibilitychange', check);
    then();
  };
  const timer = setTimeout(() => {
    document.addEventListener('visibilitychange', check);
    check();
  }, ms);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', check);
  };
}
