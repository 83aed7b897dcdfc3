/** The console as a whole: who has not signed in sees the sign-in page, at whatever address; everybody else the shell. */

import { ErrorBoundary } from './shell/error-boundary.tsx';
import { NotificationsProvider } from './shell/notifications.tsx';
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
  if (!session) return <SignInPage />;
  // What was told to one who has signed out is not for the next.
  return (
    <NotificationsProvider>
      <Shell session={session} />
    </NotificationsProvider>
  );
}
