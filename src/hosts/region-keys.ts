/**
 * What hosts are told of a Region: the keys that sign for its instances, and what proves who signs in the control plane.
 *
 * It is made when it is first asked for, which takes a second, and is the same for everybody from then on.
 */

import type { Clock } from '../clock.ts';
import type { RegionKeys } from '../model.ts';
import type { Store } from '../store/store.ts';
import { identityKeysIn } from './identity-keys.ts';
import { sshSignerIn } from './ssh-signer.ts';

/** By the name of the Region. */
export function regionKeysIn(store: Store, clock: Clock): (region: string) => Promise<RegionKeys> {
  const identityKeysOf = identityKeysIn(store, clock);
  const sshSignerOf = sshSignerIn(store, clock);
  return async (region) => {
    const [identityKeys, sshSigner] = await Promise.all([identityKeysOf(region), sshSignerOf(region)]);
    return { identityKeys, sshSigner };
  };
}
