/**
 * Where one is in the console: everything is in the address's fragment, so that links keep it and no server has to know.
 *
 *   #/us-east-1/instances/i-0123?tab=metadata
 *     Region    path              query
 */

import { useSyncExternalStore } from 'react';

export type Route = { region: string; path: string; query: URLSearchParams };

/** The values of the `:Names` of a page's path. */
export type Parameters = Readonly<Record<string, string>>;

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
/** Where an address says nothing, and there in any case. */
export const FIRST_REGION = 'us-east-1';

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', ...rest] = path.split('/').map(decode);
  const known = REGION.test(first);
  const segments = known ? rest : [];
  return { region: known ? first : FIRST_REGION, path: segments.join('/'), query: new URLSearchParams(query) };
}

/** The address of a page, to be put into a link. */
export function hrefOf(region: string, path: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  const segments = path.split('/').map(encodeURIComponent).join('/');
  return `#/${region}/${segments}${search === '' ? '' : `?${search}`}`;
}

/** Goes there, as if a link had been followed. */
export function go(href: string): void {
  window.location.hash = href;
}

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(subscribe, currentHash));
}

/**
 * The values of a pattern's `:Names` in a path.
 *
 * @returns undefined where the path is another
 */
export function matchPath(pattern: string, path: string): Parameters | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    if (segment.startsWith(':')) parameters[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

function currentHash(): string {
  return window.location.hash;
}
