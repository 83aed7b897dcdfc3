/**
 * Changing many instances: each is asked for by itself, a few at a time, and then followed until its host has applied it.
 *
 *   waiting ──> sending ──> pending ──> applied
 *                  │           └──> at its next start, where it does not run
 *                  └──> failed, with AWS's words
 *
 * Who stops it leaves those that wait as they are: not asked.
 */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { MetadataOptionsRequest } from '../../../src/model.ts';
import type { Api } from '../api/api.ts';
import { readInstances } from '../instances/instance-pages.ts';
import { inParallel } from './in-parallel.ts';

export type Step =
  | { at: 'waiting' | 'not-asked' | 'sending' | 'pending' | 'applied' | 'next-start' | 'gone' }
  | { at: 'failed'; error: unknown };

export type Steps = ReadonlyMap<string, Step>;

export type Modification = {
  /** By InstanceId; empty before the first is asked for. */
  steps: Steps;
  /** Whether some are still to be asked for. */
  isSending: boolean;
  /** Asks for the change of these; what came of others stays. */
  start(ids: readonly string[], request: MetadataOptionsRequest): void;
  /** Begins no more. */
  stop(): void;
};

const LOOK_AGAIN_MS = 400;

export function useModification(api: Api): Modification {
  const [steps, setSteps] = useState<Steps>(new Map());
  const [isSending, setSending] = useState(false);
  const stopped = useRef(false);
  const set = useCallback((id: string, step: Step) => setSteps((before) => new Map(before).set(id, step)), []);

  const send = async (ids: readonly string[], request: MetadataOptionsRequest) => {
    stopped.current = false;
    setSending(true);
    for (const id of ids) set(id, { at: 'waiting' });
    await inParallel(ids, async (InstanceId) => {
      if (stopped.current) return set(InstanceId, { at: 'not-asked' });
      set(InstanceId, { at: 'sending' });
      try {
        await api.ec2('ModifyInstanceMetadataOptions', { InstanceId, ...request });
        set(InstanceId, { at: 'pending' });
      } catch (error) {
        set(InstanceId, { at: 'failed', error });
      }
    });
    setSending(false);
  };
  useFollowing(api, steps, set);
  const stop = useCallback(() => {
    stopped.current = true;
  }, []);
  // Who leaves the page has not asked for the rest to go on unseen.
  useEffect(() => stop, [stop]);
  return { steps, isSending, start: (ids, request) => void send(ids, request), stop };
}

/** Looks at those that are pending, until none is. */
function useFollowing(api: Api, steps: Steps, set: (id: string, step: Step) => void): void {
  const pending = [...steps].flatMap(([id, { at }]) => (at === 'pending' ? [id] : []));
  const latest = useRef(pending);
  latest.current = pending;
  const isFollowing = pending.length > 0;
  useEffect(() => {
    if (!isFollowing) return undefined;
    const aborter = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      await lookAt(api, latest.current, set, aborter.signal).catch(() => {});
      if (!aborter.signal.aborted) timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [api, isFollowing, set]);
}

/** Where nobody answers, it is asked again later. */
async function lookAt(
  api: Api,
  ids: readonly string[],
  set: (id: string, step: Step) => void,
  signal: AbortSignal,
): Promise<void> {
  const instances = await readInstances(api, ids, signal);
  if (signal.aborted) return;
  const found = new Map(instances.map((instance) => [instance.InstanceId, instance]));
  for (const id of ids) {
    const instance = found.get(id);
    const state = instance?.State?.Name;
    if (!instance || state === 'terminated') set(id, { at: 'gone' });
    else if (instance.MetadataOptions?.State === 'applied') set(id, { at: 'applied' });
    else if (state === 'stopped') set(id, { at: 'next-start' });
  }
}
