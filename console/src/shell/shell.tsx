/**
 * The frame around every page: top and side navigation, breadcrumbs, notifications, and the page that the address names.
 *
 * It knows pages only by their table; what a page needs of it, it takes from `route.ts` and `notifications.tsx`.
 */

import AppLayout from '@cloudscape-design/components/app-layout';
import Box from '@cloudscape-design/components/box';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useEffect, useState } from 'react';
import { HOME, type Page, pages } from '../pages.ts';
import type { Session } from '../sign-in/session.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { NotificationsBar } from './notifications.tsx';
import { go, hrefOf, matchPath, type Parameters, useRoute } from './route.ts';
import { TopBar } from './top-bar.tsx';

export function Shell({ session }: { session: Session }) {
  const { region, path: named } = useRoute();
  const path = named === '' ? HOME : named;
  const found = findPage(path);
  const title = found ? titleOf(found.page, found.parameters) : 'No such page';
  useEffect(() => {
    document.title = `${title} | OpenIMDS`;
  }, [title]);
  const [isNavigationOpen, setNavigationOpen] = useNavigationOpen();

  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to main content
      </button>
      <TopBar session={session} />
      <AppLayout
        headerSelector="#top-bar"
        toolsHide={true}
        navigationOpen={isNavigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        navigation={<Navigation active={found?.page} />}
        breadcrumbs={found && <Breadcrumbs {...found} />}
        notifications={<NotificationsBar />}
        stickyNotifications={true}
        content={
          <div id="main" tabIndex={-1}>
            {/* Another page or another Region begins anew. */}
            <ErrorBoundary key={`${region}/${path}`}>
              {found ? <found.page.Component parameters={found.parameters} /> : <NoSuchPage />}
            </ErrorBoundary>
          </div>
        }
      />
    </>
  );
}

/** Up to 688 pixels the side navigation would cover the page. */
const wide = window.matchMedia('(min-width: 689px)');

/** Open where there is room, also when a phone is turned; else it is for its user to open. */
function useNavigationOpen() {
  const [isOpen, setOpen] = useState(wide.matches);
  useEffect(() => {
    const follow = () => setOpen(wide.matches);
    wide.addEventListener('change', follow);
    return () => wide.removeEventListener('change', follow);
  }, []);
  return [isOpen, setOpen] as const;
}

type Found = { page: Page; parameters: Parameters };

function findPage(path: string): Found | undefined {
  for (const page of pages) {
    const parameters = matchPath(page.path, path);
    if (parameters) return { page, parameters };
  }
  return undefined;
}

function titleOf({ title }: Page, parameters: Parameters): string {
  return title.startsWith(':') ? (parameters[title.slice(1)] ?? title) : title;
}

function Navigation({ active }: { active: Page | undefined }) {
  const { region } = useRoute();
  const shown = pages.filter(({ inNavigation }) => inNavigation);
  const activePath = active?.inNavigation === false ? active.below : active?.path;
  return (
    <SideNavigation
      header={{ text: 'Instance metadata', href: hrefOf(region, HOME) }}
      activeHref={activePath === undefined ? '' : hrefOf(region, activePath)}
      items={shown.map(({ path, title }) => ({ type: 'link', text: title, href: hrefOf(region, path) }))}
      onFollow={(event) => {
        event.preventDefault();
        go(event.detail.href);
      }}
    />
  );
}

function Breadcrumbs({ page, parameters }: Found) {
  const { region, path } = useRoute();
  const above = pages.find((other) => other.path === page.below);
  const items = [
    ...(above ? [{ text: above.title, href: hrefOf(region, above.path) }] : []),
    { text: titleOf(page, parameters), href: hrefOf(region, path) },
  ];
  return <BreadcrumbGroup items={[{ text: 'OpenIMDS', href: hrefOf(region, HOME) }, ...items]} />;
}

function NoSuchPage() {
  return (
    <Box textAlign="center" padding="xxl" variant="p">
      There is no such page. The navigation leads to those that there are.
    </Box>
  );
}
