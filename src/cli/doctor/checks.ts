/**
 * What `openimds doctor` looks at, one check after the other. Each says what it found and never throws; what cannot be tried,
 * because something that it needs is missing, says so.
 *
 * Only throw-away namespaces are changed (`throw-away.ts`).
 */

import { accessSync, constants, existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { hasIpv6, lackingCapabilities, NETNS_PROGRAMS } from '../../agent/substrates/netns-requirements.ts';
import { findProgram, loadRuleset, runIp, versionOf } from '../../agent/substrates/network-programs.ts';
import { openFilesLimit, shareOpenFiles } from '../open-files.ts';
import { judgeHopLimit } from './judge-hop-limit.ts';
import { REMEDIES, type Remedied } from './remedies.ts';
import { OWN_PREFIX } from './throw-away.ts';

/** `missing`: there is none; `no`: it is there, and does not do or may not. */
export type Status = 'ok' | 'missing' | 'no' | 'not tried';

export type Check = {
  name: string;
  status: Status;
  /** What was found: a version, a number, what went wrong. */
  found: string;
  /** How to get it; absent where it is ok or was not tried. */
  remedy?: string;
  /** Without it instances cannot be network namespaces. */
  needed: boolean;
};

/** A name as people read it, and what is looked up in the remedies. */
type About = { name: string; remedy: Remedied; needed?: boolean };

function ok({ name, needed = true }: About, found: string): Check {
  return { name, status: 'ok', found, needed };
}

function notOk({ name, remedy, needed = true }: About, status: 'missing' | 'no', found: string): Check {
  return { name, status, found, remedy: REMEDIES[remedy], needed };
}

function notTried({ name, needed = true }: About, found: string): Check {
  return { name, status: 'not tried', found, needed };
}

/** @param state the state directory that `up` would use */
export async function runChecks(
  state: string,
  { say, signal }: { say: (what: string) => void; signal: AbortSignal },
): Promise<Check[]> {
  const still = [
    kernel(),
    privileges(),
    ipv6(),
    ...(await Promise.all(NETNS_PROGRAMS.map(program))),
    await kernelCalls(),
  ];
  const files = openFiles();
  const directory = stateDirectory(state);
  const lacking = still.filter(({ status }) => status !== 'ok').map(({ name }) => name);
  say('trying network namespaces');
  const tried = await tryNetwork(lacking);
  signal.throwIfAborted();
  const failing = [...still, ...tried].filter(({ status }) => status !== 'ok').map(({ name }) => name);
  say('trying a hop limit behind a router');
  return [...still, ...tried, files, directory, ...(await tryHops(failing, signal))];
}

// ─── What is there ───────────────────────────────────────────────────────────────────────────────────────────────────

function kernel(): Check {
  const about: About = { name: 'Linux', remedy: 'Linux' };
  return process.platform === 'linux' ? ok(about, `kernel ${release()}`) : notOk(about, 'missing', process.platform);
}

function privileges(): Check {
  const about: About = { name: 'root', remedy: 'privileges' };
  if (process.platform !== 'linux') return notTried(about, 'this is not Linux');
  const lacking = lackingCapabilities();
  return lacking.length === 0
    ? ok(about, 'CAP_NET_ADMIN, CAP_SYS_ADMIN')
    : notOk(about, 'no', `lacks ${lacking.join(', ')}`);
}

function ipv6(): Check {
  const about: About = { name: 'IPv6', remedy: 'IPv6' };
  if (process.platform !== 'linux') return notTried(about, 'this is not Linux');
  return hasIpv6() ? ok(about, 'the kernel has it') : notOk(about, 'missing', 'the kernel runs without it');
}

/** How each program is asked for its version. */
const VERSION_FLAGS = { ip: '-V', nft: '--version', nsenter: '--version' } as const;

async function program(name: keyof typeof VERSION_FLAGS): Promise<Check> {
  const about: About = { name, remedy: name };
  const path = findProgram(name);
  if (path === undefined) return notOk(about, 'missing', 'no such program');
  const said = await versionOf(name, VERSION_FLAGS[name]).catch(() => '');
  const version = /\d+(?:\.\d+)+/.exec(said)?.[0];
  return version === undefined ? notOk(about, 'no', `${path} does not run`) : ok(about, `${version}, ${path}`);
}

async function kernelCalls(): Promise<Check> {
  const about: About = { name: 'kernel calls', remedy: 'koffi' };
  if (process.platform !== 'linux') return notTried(about, 'this is not Linux');
  try {
    await import('../../agent/substrates/kernel.ts');
    return ok(about, 'koffi loads');
  } catch (error) {
    return notOk(about, 'no', `koffi does not load: ${firstLine(error)}`);
  }
}

/** Below this a launch of a hundred would not fit. */
const FEW_INSTANCES = 100;
/** What `netns.ts` leaves to the clients of those that are there. */
const FOR_CONNECTIONS = 8;

function openFiles(): Check {
  const about: About = { name: 'open files', remedy: 'files', needed: false };
  const limit = openFilesLimit();
  const count = shareOpenFiles(limit).metadataServices - FOR_CONNECTIONS;
  const found = `${limit}, enough for ${count} running instances, or ${Math.floor(count / 2)} with IPv6 too`;
  return count < FEW_INSTANCES ? notOk(about, 'no', found) : ok(about, found);
}

function stateDirectory(state: string): Check {
  const about: About = { name: 'state directory', remedy: 'state' };
  try {
    if (existsSync(state)) accessSync(state, constants.W_OK);
    else rmdirSync(mkdtempSync(join(nearestThatExists(state), '.openimds-doctor-')));
    return ok(about, state);
  } catch (error) {
    return notOk(about, 'no', `${state} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function nearestThatExists(path: string): string {
  return existsSync(path) ? path : nearestThatExists(dirname(path));
}

// ─── What works ──────────────────────────────────────────────────────────────────────────────────────────────────────

const NAMESPACE = `${OWN_PREFIX}check`;

async function tryNetwork(lacking: readonly string[]): Promise<Check[]> {
  const namespaces: About = { name: 'network namespaces', remedy: 'namespaces' };
  const veth: About = { name: 'veth', remedy: 'veth' };
  const expressions: About = { name: 'nft fib, reject', remedy: 'expressions' };
  const without = lacking.filter((name) => ['Linux', 'root', 'ip'].includes(name));
  const all = [namespaces, veth, expressions];
  if (without.length > 0) return all.map((about) => notTried(about, `needs ${without.join(', ')}`));
  const made = await attempt(namespaces, 'can be made', () => runLines([`netns add ${NAMESPACE}`]));
  if (made.status !== 'ok')
    return [made, notTried(veth, 'needs namespaces'), notTried(expressions, 'needs namespaces')];
  const linked = await attempt(veth, 'links can be made', () =>
    runLines([`link add link0 netns ${NAMESPACE} type veth peer name link1 netns ${NAMESPACE}`]),
  );
  if (lacking.includes('nft')) return [made, linked, notTried(expressions, 'needs nft')];
  const loaded = await attempt(expressions, 'rules are taken', () => loadRuleset(RULESET, NAMESPACE));
  return [made, linked, loaded];
}

/** The expressions that a VPC's firewall is written with and that a kernel may lack. */
const RULESET = `
table inet openimds {
  chain sources { type filter hook prerouting priority raw; fib saddr . iif oif missing drop; }
  chain input { type filter hook input priority filter; meta nfproto ipv6 reject with icmpv6 no-route; }
}
`;

async function runLines(lines: string[]): Promise<void> {
  const [first] = await runIp(lines);
  if (first) throw new Error(first.message);
}

async function attempt(about: About, found: string, work: () => Promise<void>): Promise<Check> {
  try {
    await work();
    return ok(about, found);
  } catch (error) {
    return notOk(about, 'no', firstLine(error));
  }
}

async function tryHops(failing: readonly string[], signal: AbortSignal): Promise<Check[]> {
  const abouts = ['IPv4', 'IPv6'].map((family): About => ({ name: `hop limit, ${family}`, remedy: 'hops' }));
  if (failing.length > 0) return abouts.map((about) => notTried(about, `needs ${failing.join(', ')}`));
  try {
    const { tryHopLimit } = await import('./hop-limit-trial.ts');
    const { ipv4, ipv6 } = await tryHopLimit(signal);
    return [ipv4, ipv6].map((tried, index) => {
      const about = abouts[index] as About;
      const { isEnforced, found } = judgeHopLimit(tried);
      return isEnforced ? ok(about, found) : notOk(about, 'no', found);
    });
  } catch (error) {
    signal.throwIfAborted();
    return abouts.map((about) => notOk(about, 'no', firstLine(error)));
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
