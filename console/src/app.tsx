/** The console as a whole: who has not signed in sees the sign-in page, at whatever address; everybody else the shell. */

import { useEffect } from 'react';
import { HOME } from './pages.ts';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { NotificationsProvider } from './shell/notifications.tsx';
import { hrefOf, useRoute } from './shell/route.ts';
import { Shell } from './shell/shell.tsx';
import { SessionProvider, useSession } from './sign-in/session.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';

export function App() {
  return (
    <ErrorBoundary>
      <SessionProvider>
        <SignedInOrNot />
      </SessionProvider>
    </ErrorBoundary>
  );
}

function SignedInOrNot() {
  const { session } = useSession();
  const { region, path } = useRoute();
  useEffect(() => {
    if (path === '') window.location.replace(hrefOf(region, HOME));
  }, [region, path]);
  if (!session) return <SignInPage />;
  // What was told to one who has signed out is not for the next.
  return (
    <NotificationsProvider>
      <Shell session={session} />
    </NotificationsProvider>
  );
}
