/**
 * What the agent needs of the thing that instances are placed on, and nothing more.
 *
 * A substrate gives each instance its endpoints and opens and closes them; what is answered there is decided elsewhere.
 * Its calls are idempotent, and the agent makes one call at a time for one instance, but many for many.
 */

import type { ImdsInstance } from '../imds/instance.ts';
import type { DesiredInstance, ImdsEndpoints } from '../model.ts';

export type Placement = {
  desired: DesiredInstance;
  /** What the instance's metadata service answers from, asked for at each request: options change without a restart. */
  serve: (nowMs: number) => ImdsInstance;
  /** The endpoints that the instance had before, for it to have them again. */
  formerly: ImdsEndpoints;
};

export type Substrate = {
  readonly name: 'loopback' | 'netns';
  /** Whether HttpPutResponseHopLimit is in force here. */
  readonly enforcesHopLimit: boolean;
  /**
   * Opens the endpoints that the instance must have and closes the others, with the connections there.
   *
   * Before it first waits, it holds the addresses of `formerly`, so that no instance gets those of another one when many
   * are placed at once.
   *
   * @returns those that are open now: none when the instance is stopped
   */
  apply(placement: Placement): Promise<ImdsEndpoints>;
  /** Closes the endpoints of an instance that is gone, and lets others have its addresses. */
  remove(InstanceId: string): Promise<void>;
  /** Everything that is desired has been applied once: takes away what an earlier process has left of other instances. */
  forgetOthers(): Promise<void>;
  /**
   * From now on calls `changed` when the place of an instance has changed beneath it, so that it has to be applied again.
   * Absent where that cannot happen.
   */
  watch?(changed: (InstanceId: string) => void): void;
  /** Closes the endpoints of all instances. */
  close(): Promise<void>;
};
