/**
 * The pages of the console, each at its path below the Region: `#/us-east-1/instances/i-0…`.
 *
 * A page is loaded when it is first shown. To add one, write its component and give it a row here; with `inNavigation` it
 * stands in the side navigation, in this order.
 */

import { type LazyPage, lazyPage } from './shell/lazy-page.tsx';
import type { Parameters } from './shell/route.ts';

/** What a page is given: the values of the `:Names` in its path. */
export type PageProps = { parameters: Parameters };

export type Page = {
  /** Segments; one that begins with a colon takes any value. */
  path: string;
  /** Of the window and in the breadcrumbs; a parameter's value where it is its name, such as `:InstanceId`. */
  title: string;
  inNavigation: boolean;
  /** The path of the page above it in the breadcrumbs. */
  below?: string;
  Component: LazyPage<PageProps>;
};

export const pages: readonly Page[] = [
  {
    path: 'instances',
    title: 'Instances',
    inNavigation: true,
    Component: lazyPage(() => import('./instances/instances-page.tsx')),
  },
  {
    path: 'instances/:InstanceId',
    title: ':InstanceId',
    inNavigation: false,
    below: 'instances',
    Component: lazyPage(() => import('./instance/instance-page.tsx')),
  },
  {
    path: 'launch',
    title: 'Launch instances',
    inNavigation: true,
    below: 'instances',
    Component: lazyPage(() => import('./launch/launch-page.tsx')),
  },
  {
    path: 'account-settings',
    title: 'Account settings',
    inNavigation: true,
    Component: lazyPage(() => import('./account-settings/account-settings-page.tsx')),
  },
  {
    path: 'account-settings/manage',
    title: 'Manage IMDS defaults',
    inNavigation: false,
    below: 'account-settings',
    Component: lazyPage(() => import('./account-settings/manage-page.tsx')),
  },
  {
    path: 'policies',
    title: 'Policies',
    inNavigation: true,
    Component: lazyPage(() => import('./policies/policies-page.tsx')),
  },
];

/** Where one goes who names no page. */
export const HOME = 'instances';

/** Loads that page while somebody still types. */
export function loadHomeAhead(): void {
  pages
    .find(({ path }) => path === HOME)
    ?.Component.loadAhead()
    .catch(() => {});
}
