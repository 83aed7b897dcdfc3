/** Which columns the table of instances has, and how many rows: kept in this browser. */

import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import { useState } from 'react';
import { keep as keepFor, readKept } from '../shell/kept.ts';
import { COLUMN_OPTIONS, FIRST_COLUMNS } from './columns.tsx';

type Preferences = CollectionPreferencesProps.Preferences;

const KEPT_AS = 'openimds-instances-table';
export const PAGE_SIZES = [25, 50, 100, 200];

const AT_FIRST: Required<Pick<Preferences, 'pageSize' | 'wrapLines' | 'contentDisplay'>> = {
  pageSize: 50,
  wrapLines: false,
  contentDisplay: FIRST_COLUMNS,
};

export type TablePreferences = { preferences: Preferences & typeof AT_FIRST; keep(preferences: Preferences): void };

export function useTablePreferences(): TablePreferences {
  const [preferences, setPreferences] = useState(() => complete(readKept<Preferences>('localStorage', KEPT_AS) ?? {}));
  const keep = (chosen: Preferences) => {
    keepFor('localStorage', KEPT_AS, chosen);
    setPreferences(complete(chosen));
  };
  return { preferences, keep };
}

/** What was kept by another version may lack columns, or have some that are no more. */
function complete({
  pageSize = AT_FIRST.pageSize,
  contentDisplay = [],
  wrapLines,
}: Preferences): TablePreferences['preferences'] {
  const known = contentDisplay.filter(({ id }) => COLUMN_OPTIONS.some((option) => option.id === id));
  const added = FIRST_COLUMNS.filter(({ id }) => !known.some((item) => item.id === id));
  const size = PAGE_SIZES.includes(pageSize) ? pageSize : AT_FIRST.pageSize;
  return { pageSize: size, wrapLines: wrapLines === true, contentDisplay: [...known, ...added] };
}
