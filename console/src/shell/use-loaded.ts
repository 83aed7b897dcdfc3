/**
 * What a page loads when it is shown, and again when what it depends on changes or somebody asks.
 *
 *   const { data, error, isLoading, reload } = useLoaded((signal) => api.ec2('DescribeSubnets', {}, { signal }), [api]);
 *
 * Data stays while it is loaded anew, so that tables do not flicker; an answer that comes too late is dropped.
 */

import { type DependencyList, useCallback, useEffect, useState } from 'react';

export type Loaded<T> = State<T> & { reload(): void };

type State<T> = {
  data: T | undefined;
  error: unknown;
  isLoading: boolean;
  /** How many answers there were, refusals among them, and how long the last one took, in milliseconds. */
  answers: number;
  tookMs: number;
};

const NOTHING_YET = { data: undefined, error: undefined, isLoading: true, answers: 0, tookMs: 0 };

export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, dependencies: DependencyList): Loaded<T> {
  const [state, setState] = useState<State<T>>(NOTHING_YET);
  const [times, setTimes] = useState(0);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what it depends on
  useEffect(() => {
    const aborter = new AbortController();
    const startedMs = performance.now();
    const settle = (next: Partial<State<T>>) => {
      if (aborter.signal.aborted) return;
      const tookMs = performance.now() - startedMs;
      setState((before) => ({ ...before, isLoading: false, answers: before.answers + 1, tookMs, ...next }));
    };
    setState((before) => (before.isLoading ? before : { ...before, isLoading: true }));
    load(aborter.signal).then(
      (data) => settle({ data, error: undefined }),
      (error: unknown) => settle({ error }),
    );
    return () => aborter.abort();
  }, [...dependencies, times]);
  return { ...state, reload };
}
