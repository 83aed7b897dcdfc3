/**
 * Makes a change of defaults in many Regions, a few at a time, and says of each how far it is.
 *
 * When all are done, one is back at the account settings; Regions that refuse keep the form, and saving again asks only them.
 */

import { useState } from 'react';
import { asApiError } from '../api/api-error.ts';
import { useNotifications } from '../shell/notifications.tsx';
import { go, hrefOf } from '../shell/route.ts';
import { type Change, requestOf } from './defaults.ts';
import { fewAtATime, useApiIn } from './regions.ts';

export type Outcome = { status: 'waiting' | 'saving' | 'saved' | 'failed'; error?: unknown };
/** By Region. */
export type Outcomes = ReadonlyMap<string, Outcome>;

type Save = {
  save(regions: readonly string[], change: Change): void;
  outcomes: Outcomes;
  isBusy: boolean;
};

/**
 * @param home the Region to come back to
 * @param onRefused what is done about the Regions that refuse
 */
export function useSave(home: string, onRefused: (regions: string[]) => void): Save {
  const apiIn = useApiIn();
  const { notify } = useNotifications();
  const [outcomes, setOutcomes] = useState<Outcomes>(new Map());
  const [isBusy, setBusy] = useState(false);
  const save = async (regions: readonly string[], change: Change) => {
    const now = new Map<string, Outcome>(regions.map((region) => [region, { status: 'waiting' }]));
    const tell = (region: string, outcome: Outcome) => {
      now.set(region, outcome);
      setOutcomes(new Map(now));
    };
    setBusy(true);
    setOutcomes(new Map(now));
    await fewAtATime(regions, async (region) => {
      tell(region, { status: 'saving' });
      // The SDK's type has no `no-preference` for the enforcement, which AWS takes.
      const request = requestOf(change) as object;
      const outcome = await apiIn(region)
        .ec2('ModifyInstanceMetadataDefaults', request)
        .then(
          (): Outcome => ({ status: 'saved' }),
          (error: unknown): Outcome => ({ status: 'failed', error }),
        );
      tell(region, outcome);
    });
    setBusy(false);
    const refusing = regions.filter((region) => now.get(region)?.status === 'failed');
    if (refusing.length > 0) {
      onRefused(refusing);
      return;
    }
    const where = regions.length === 1 ? regions[0] : `${regions.length} Regions`;
    notify({ type: 'success', content: `IMDS defaults changed in ${where}.` });
    go(hrefOf(home, 'account-settings'));
  };
  return { save: (regions, change) => void save(regions, change), outcomes, isBusy };
}

/** What was refused alike is one failure. */
export function failuresOf(outcomes: Outcomes): { regions: string[]; error: unknown }[] {
  const failures = new Map<string, { regions: string[]; error: unknown }>();
  for (const [region, { status, error }] of outcomes) {
    if (status !== 'failed') continue;
    const { code, words } = asApiError(error);
    const alike = failures.get(`${code} ${words}`);
    if (alike) alike.regions.push(region);
    else failures.set(`${code} ${words}`, { regions: [region], error });
  }
  return [...failures.values()];
}
