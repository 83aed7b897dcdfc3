/**
 * The top navigation: which Region, whose account, light or dark, and the way out.
 *
 * The Region is part of the address: who changes it changes that, and each page asks anew.
 */

import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { HOME } from '../pages.ts';
import { type Session, useApi, useSession } from '../sign-in/session.tsx';
import { FIRST_REGION, go, hrefOf, useRoute } from './route.ts';
import { chooseTheme, type Theme, useTheme } from './theme.ts';
import { useLoaded } from './use-loaded.ts';

export function TopBar({ session }: { session: Session }) {
  const { region } = useRoute();
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{ href: hrefOf(region, HOME), title: 'OpenIMDS' }}
        utilities={[useRegionMenu(), useThemeMenu(), useAccountMenu(session)]}
      />
    </div>
  );
}

type Menu = TopNavigationProps.MenuDropdownUtility;

/** The page stays; of what a Region has, its ids mean nothing in another. */
function useRegionMenu(): Menu {
  const api = useApi();
  const { region, path } = useRoute();
  const { data } = useLoaded((signal) => api.ec2('DescribeRegions', {}, { signal }), [api]);
  const described = (data?.Regions ?? []).map(({ RegionName = '' }) => RegionName);
  // An address can name a Region that is none, which then lists none: there is a way out all the same.
  const names = [...new Set([region, ...(described.length > 0 ? described : [FIRST_REGION])])].sort();
  return {
    type: 'menu-dropdown',
    text: region,
    ariaLabel: `Region: ${region}`,
    items: names.map((name) => ({ id: name, text: name })),
    onItemClick: ({ detail }) => go(hrefOf(detail.id, path.split('/')[0] ?? '')),
  };
}

const THEMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

function useThemeMenu(): Menu {
  const theme = useTheme();
  return {
    type: 'menu-dropdown',
    iconName: 'settings',
    title: 'Appearance',
    ariaLabel: `Appearance: ${THEMES[theme]}`,
    items: Object.entries(THEMES).map(([id, text]) => ({
      id,
      text,
      itemType: 'checkbox',
      checked: id === theme,
    })),
    onItemClick: ({ detail }) => chooseTheme(detail.id as Theme),
  };
}

function useAccountMenu({ identity, key }: Session): Menu {
  const { signOut } = useSession();
  return {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text: identity.account,
    ariaLabel: `Account: ${identity.account}`,
    description: identity.arn,
    items: [
      { id: 'key', text: `Access key ${key.accessKeyId}`, disabled: true },
      { id: 'switch', text: 'Switch account' },
      { id: 'sign-out', text: 'Sign out' },
    ],
    onItemClick: signOut,
  };
}
