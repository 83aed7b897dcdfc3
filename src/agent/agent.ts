/**
 * The agent of a host: keeps the metadata services of its instances as the control plane desires them.
 *
 * It first serves what it last knew, then follows the control plane: each wake-up means "look again", one look happens
 * at a time, and any number of wake-ups during a look make one more. While the control plane is away it goes on serving
 * from memory and tries again, soon and then less often. Nothing of a wake-up but that it came is ever used.
 */

import type { Clock } from '../clock.ts';
import type { HostForControlPlane } from '../host-model.ts';
import type { Log } from '../log.ts';
import type { ControlPlaneForHost } from '../model.ts';
import type { LastState } from './last-state.ts';
import { observe } from './observe.ts';
import { type Host, placeAgain, placeKnown, reconcile } from './reconcile.ts';
import type { Substrate } from './substrate.ts';

export type AgentParts = {
  controlPlane: ControlPlaneForHost;
  substrate: Substrate;
  lastState: LastState;
  /** How many packets a second the metadata service of an instance takes, where its faults do not say it. */
  throttle?: number | undefined;
  clock: Clock;
  log: Log;
};

export type Agent = {
  /**
   * Resolves once everything that was desired at the start has been brought about, but for what cannot be placed yet;
   * rejects if closed before that.
   */
  readonly ready: Promise<void>;
  /** What the control plane may ask it. */
  readonly host: HostForControlPlane;
  /** Ends the agent, its substrate and its last state; the instances' metadata services are then gone. */
  close(): Promise<void>;
};

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;

/**
 * Starts serving; it takes over the substrate and the last state that it is given.
 *
 * @throws LastStateError when the last state is damaged
 */
export function startAgent({ controlPlane, substrate, lastState, throttle, clock, log }: AgentParts): Agent {
  const host: Host = {
    instances: new Map(),
    unplaced: new Map(),
    regionKeys: lastState.regionKeys(),
    substrate,
    lastState,
    throttle,
    clock,
    log,
  };
  const placed = placeKnown(host, lastState.instances());
  const ready = Promise.withResolvers<void>();
  // Whoever does not wait for it must not be ended by its rejection.
  ready.promise.catch(() => {});
  const bell = createBell();
  const unsubscribe = controlPlane.subscribe(bell.ring);
  substrate.watch?.((InstanceId) => {
    placeAgain(host, InstanceId);
    bell.ring();
  });
  let isClosing = false;

  const follow = async () => {
    await placed;
    let revision = 0;
    let isLost = false;
    for (let failures = 0; !isClosing; ) {
      bell.reset();
      try {
        revision = await reconcile(host, controlPlane, revision);
        if (isLost) log.info('following the control plane again', { revision });
        isLost = false;
        ready.resolve();
      } catch (err) {
        // Said once, however often it is tried until it works again.
        if (!isLost) log.warn('cannot follow the control plane; instances are served as last known', { err });
        isLost = true;
        revision = 0;
      }
      failures = isLost || host.unplaced.size > 0 ? failures + 1 : 0;
      await bell.heard(failures === 0 ? undefined : retryAfterMs(failures));
    }
  };

  const following = follow();
  const end = async () => {
    isClosing = true;
    unsubscribe();
    bell.ring();
    await following;
    await substrate.close();
    lastState.close();
    ready.reject(new Error('the agent was closed before it had caught up'));
  };
  let ended: Promise<void> | undefined;
  return {
    ready: ready.promise,
    host: observe(host),
    close: () => {
      ended ??= end();
      return ended;
    },
  };
}

/** Twice as long each time, and not the same for every host: a control plane that comes back is not run over. */
function retryAfterMs(failures: number): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS);
  return longest * (0.5 + Math.random() / 2);
}

/** A bell that is rung any number of times and heard once. */
function createBell() {
  let isRung = false;
  let wake = () => {};
  return {
    ring() {
      isRung = true;
      wake();
    },
    reset() {
      isRung = false;
    },
    /** Resolves when it has been rung since `reset`, or after `ms`. */
    async heard(ms: number | undefined): Promise<void> {
      if (isRung) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = resolve;
      await promise;
      clearTimeout(timer);
    },
  };
}
