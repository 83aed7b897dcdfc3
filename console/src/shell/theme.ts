/**
 * Light or dark: as the system has it, until somebody chooses. The choice is kept in this browser.
 */

import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept.ts';

export type Theme = 'system' | 'light' | 'dark';

const KEPT_AS = 'openimds-theme';
let chosen = keptTheme();
const listeners = new Set<() => void>();
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

/** Applies the theme now, and again whenever the system's changes. */
export function followTheme(): void {
  const apply = () => {
    const isDark = themeNow() === 'dark' || (themeNow() === 'system' && prefersDark.matches);
    applyMode(isDark ? Mode.Dark : Mode.Light);
  };
  prefersDark.addEventListener('change', apply);
  listeners.add(apply);
  apply();
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  keep('localStorage', KEPT_AS, theme === 'system' ? undefined : theme);
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeNow);
}

function themeNow(): Theme {
  return chosen;
}

function keptTheme(): Theme {
  const kept = readKept<Theme>('localStorage', KEPT_AS);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
