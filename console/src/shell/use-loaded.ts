/**
 * What a page loads when it is shown, and again when what it depends on changes or somebody asks.
 *
 *   const { data, error, isLoading, reload } = useLoaded((signal) => api.ec2('DescribeSubnets', {}, { signal }), [api]);
 *
 * Data stays while it is loaded anew, so that tables do not flicker; an answer that comes too late is dropped.
 */

import { type DependencyList, useCallback, useEffect, useState } from 'react';

export type Loaded<T> = { data: T | undefined; error: unknown; isLoading: boolean; reload(): void };

type State<T> = { data: T | undefined; error: unknown; isLoading: boolean };

export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, dependencies: DependencyList): Loaded<T> {
  const [state, setState] = useState<State<T>>({ data: undefined, error: undefined, isLoading: true });
  const [times, setTimes] = useState(0);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what it depends on
  useEffect(() => {
    const aborter = new AbortController();
    const settle = (next: Partial<State<T>>) => {
      if (!aborter.signal.aborted) setState((before) => ({ ...before, isLoading: false, ...next }));
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
