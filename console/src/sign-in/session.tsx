/**
 * Who is signed in: an access key and whose it is.
 *
 * The key is kept in memory, so that closing or reloading the page forgets it; in session storage only if asked, which ends
 * with the tab. It is in no address, no cookie and no message.
 */

import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { type Api, createApi } from '../api/api.ts';
import type { AccessKey } from '../api/signed-fetch.ts';
import { keep as keepFor, readKept } from '../shell/kept.ts';
import { FIRST_REGION, useRoute } from '../shell/route.ts';

export type Identity = { account: string; arn: string };

export type Session = { key: AccessKey; identity: Identity };

type Sessions = {
  session: Session | undefined;
  /** @param keep whether it outlives a reload @throws ApiError where the key is not accepted */
  signIn(key: AccessKey, keep: boolean): Promise<void>;
  signOut(): void;
};

const KEPT_AS = 'openimds-session';

const Context = createContext<Sessions | undefined>(undefined);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState(keptSession);
  const signIn = useCallback(async (key: AccessKey, keep: boolean) => {
    // A key is good in all Regions, and that of the address may be none.
    const api = createApi({ key, region: FIRST_REGION });
    const { Account = '', Arn = '' } = await api.sts('GetCallerIdentity', {});
    const signedIn = { key, identity: { account: Account, arn: Arn } };
    if (keep) keepFor('sessionStorage', KEPT_AS, signedIn);
    setSession(signedIn);
  }, []);
  const signOut = useCallback(() => {
    keepFor('sessionStorage', KEPT_AS, undefined);
    setSession(undefined);
  }, []);
  const sessions = useMemo(() => ({ session, signIn, signOut }), [session, signIn, signOut]);
  return <Context value={sessions}>{children}</Context>;
}

export function useSession(): Sessions {
  const sessions = use(Context);
  if (!sessions) throw new Error('useSession stands outside SessionProvider');
  return sessions;
}

/** The APIs, asked with the key that is signed in, in the Region of the address. */
export function useApi(): Api {
  const { session } = useSession();
  const { region } = useRoute();
  const key = session?.key;
  return useMemo(() => {
    if (!key) throw new Error('useApi is for those who have signed in');
    return createApi({ key, region });
  }, [key, region]);
}

function keptSession(): Session | undefined {
  const kept = readKept<Partial<Session>>('sessionStorage', KEPT_AS);
  return kept?.key && kept.identity ? (kept as Session) : undefined;
}
