/**
 * A page that is loaded when it is first shown, or before, if asked.
 *
 * React's own `lazy` does the same, but once it has shown what stands in for a page, it holds the page back for 300 ms, though
 * it came after ten. A page that is there already is shown at once, together with the frame around it.
 */

import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { type ComponentType, useEffect, useState } from 'react';

export type LazyPage<Props> = ComponentType<Props> & {
  /** Loads it while somebody still does something else. */
  loadAhead(): Promise<void>;
};

export function lazyPage<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyPage<Props> {
  let Loaded: ComponentType<Props> | undefined;
  const loadAhead = async () => {
    Loaded = (await load()).default;
  };
  function Page(props: Props) {
    const [, setLoaded] = useState(Loaded !== undefined);
    const [error, setError] = useState<unknown>();
    useEffect(() => {
      if (!Loaded) loadAhead().then(() => setLoaded(true), setError);
    }, []);
    if (error !== undefined) throw error;
    return Loaded ? <Loaded {...props} /> : <Loading />;
  }
  return Object.assign(Page, { loadAhead });
}

function Loading() {
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" />
    </Box>
  );
}
