/**
 * `--listen`: an IP address and a port, and whether others can reach it.
 *
 * Host names are not taken, because whether an address is loopback decides which keys work: it must not hang on what a
 * resolver answers.
 */

import { isIPv4, isIPv6 } from 'node:net';
import { parsePort } from './settings.ts';

export type ListenAddress = { host: string; port: number };

/**
 * Reads `127.0.0.1:4566`, `[::1]:4566` or `localhost:4566`; port 0 lets the system choose.
 *
 * @throws Error that says what is wrong, for people
 */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text) ?? [];
  if (portText === undefined)
    throw new Error('It takes an address and a port, for example 127.0.0.1:4566 or [::1]:4566.');
  const port = parsePort(portText);
  if (plain === 'localhost') return { host: '127.0.0.1', port };
  if (plain !== undefined && isIPv4(plain)) return { host: plain, port };
  if (bracketed !== undefined && isIPv6(bracketed)) return { host: bracketed, port };
  throw new Error(`\`${bracketed ?? plain}\` is not an IP address; take for example 127.0.0.1 or [::1].`);
}

/** Whether only this machine can reach it. */
export function isLoopback({ host }: ListenAddress): boolean {
  return isIPv4(host) ? host.startsWith('127.') : canonicalIpv6(host) === '[::1]';
}

export function urlOf({ host, port }: ListenAddress): string {
  return `http://${isIPv4(host) ? host : `[${host}]`}:${port}`;
}

/** The address at which this machine reaches it: loopback where it listens on every address. */
export function clientUrlOf({ host, port }: ListenAddress): string {
  if (host === '0.0.0.0') return urlOf({ host: '127.0.0.1', port });
  return canonicalIpv6(host) === '[::]' ? urlOf({ host: '::1', port }) : urlOf({ host, port });
}

function canonicalIpv6(host: string): string | undefined {
  return isIPv6(host) && !host.includes('%') ? new URL(`http://[${host}]`).hostname : undefined;
}
