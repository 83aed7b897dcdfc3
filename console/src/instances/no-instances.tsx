/**
 * What the table says when it has nothing to show: what to do about it.
 *
 * Where a filter has found nothing among some thousands, it may find something among the rest.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { hrefOf } from '../shell/route.ts';
import type { Instances } from './use-instances.ts';

type Props = { region: string; found: Instances; isFiltered: boolean; onClear(): void };

export function NoInstances({ region, found: { error, page, isComplete, goTo }, isFiltered, onClear }: Props) {
  if (error !== undefined) return null;
  if (!isFiltered) {
    const what = page === 1 ? 'No instances in this Region' : 'No more instances';
    return (
      <Said what={what} advice="Launch one to see it here. Each gets a metadata service of its own, with your options.">
        <Button href={hrefOf(region, 'launch')}>Launch instances</Button>
      </Said>
    );
  }
  if (!isComplete) {
    return (
      <Said what="No matches so far" advice="Thousands of instances were looked at, and there are more.">
        <Button onClick={() => goTo(page + 1)}>Search on</Button>
      </Said>
    );
  }
  return (
    <Said
      what={page === 1 ? 'No matches' : 'No more matches'}
      advice="No instance in this Region is as the filter says."
    >
      <Button onClick={onClear}>Clear filter</Button>
    </Said>
  );
}

function Said({ what, advice, children }: { what: string; advice: string; children: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: 'l' }}>
      <SpaceBetween size="s">
        <Box variant="strong">{what}</Box>
        <Box variant="p" color="text-body-secondary">
          {advice}
        </Box>
        {children}
      </SpaceBetween>
    </Box>
  );
}
