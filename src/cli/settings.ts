/**
 * What the flags and OPENIMDS_ variables of every command have in common: how their values are read and where files are.
 *
 * Readers throw an Error whose message says, for people, what the value may be; the program adds which flag or variable
 * it was.
 */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error('A port is a number from 0 to 65535.');
  return port;
}

export function parseSeconds(text: string, most: number): number {
  const seconds = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || seconds > most)
    throw new Error(`It takes a number of seconds from 0 to ${most}.`);
  return seconds;
}

/** Reads a number that is not negative, with or without a fraction. */
export function parseNumber(text: string): number {
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new Error('It takes a number.');
  return Number(text);
}

export function parseSwitch(text: string): boolean {
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false;
  throw new Error('It takes true or false.');
}

/** What AWS lets through of an instance's packets to link-local services (aws-behaviour 1.6). */
export const AWS_PACKETS_PER_SECOND = 1024;
const MOST_PACKETS = 1_000_000;

/** Reads how many packets a second a metadata service takes; undefined for any number. `1` is on, as for any switch. */
export function parseThrottle(text: string): number | undefined {
  const packets = Number(text);
  if (/^\d{1,7}$/.test(text) && packets >= 2 && packets <= MOST_PACKETS) return packets;
  try {
    return parseSwitch(text) ? AWS_PACKETS_PER_SECOND : undefined;
  } catch {
    throw new Error(`It takes packets a second, from 2 to ${MOST_PACKETS}, or true or false.`);
  }
}

/** Reads the address of a control plane, for example `http://127.0.0.1:4566`, and returns it without a final slash. */
export function parseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.username) {
    throw new Error('It takes an address such as http://127.0.0.1:4566.');
  }
  return url.origin;
}

export const defaultAddress = 'http://127.0.0.1:4566';

/** `$XDG_STATE_HOME/openimds`, or `~/.local/state/openimds`. */
export function defaultStateDirectory(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'openimds');
}

export function parseDirectory(text: string): string {
  return resolve(text);
}
