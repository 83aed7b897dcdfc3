/**
 * What is due of the events of instances, brought about: in time while the control plane runs, at once after a restart.
 *
 * What it brings about is decided in `instance-events.ts` and written in one transaction with a new revision, so that the
 * instance's host hears of it. Nothing is kept between two looks: killed at any moment, or beside another process that does
 * the same, each event still comes about once.
 */

import type { Clock } from '../clock.ts';
import { bringAbout } from '../instance-events.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** As many instances as do not keep other transactions waiting. */
const PAGE = 100;

/** Brings about all that is due by now, page by page. @returns how many instances it has changed */
export async function bringAboutDue(store: Store, nowMs: number, page = PAGE): Promise<number> {
  let changed = 0;
  for (;;) {
    const onPage = await bringAboutPage(store, nowMs, page);
    changed += onPage;
    if (onPage < page) return changed;
  }
}

/** INVARIANT: of an instance that it has changed nothing is due by then any more, so no page comes twice. */
function bringAboutPage(store: Store, nowMs: number, page: number): Promise<number> {
  return store.transaction(async (tx) => {
    const due = await tx.instances.due(nowMs, page);
    if (due.length === 0) return 0;
    const revision = await tx.nextRevision();
    await tx.instances.update(due.map((instance) => ({ ...bringAbout(instance, nowMs), revision })));
    return due.length;
  });
}

export type DueEventsSettings = { store: Store; clock: Clock; log: Log; everyMs?: number };

const EVERY_MS = 1000;

/**
 * Looks now and every second after the look before has ended, so that looks never overlap. Of several failures in a row the
 * first is logged.
 *
 * @returns how to end it; it resolves once no look is under way
 */
export function watchDueEvents({ store, clock, log, everyMs = EVERY_MS }: DueEventsSettings): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let failing = false;
  let looking = look();

  async function look(): Promise<void> {
    try {
      const count = await bringAboutDue(store, clock());
      if (count > 0) log.info('events of instances have come about', { count });
      failing = false;
    } catch (err) {
      if (!failing) log.error('could not bring about what is due of events; trying again every second', { err });
      failing = true;
    }
    if (!closed) timer = setTimeout(() => (looking = look()), everyMs);
  }

  return async () => {
    closed = true;
    clearTimeout(timer);
    await looking;
  };
}
