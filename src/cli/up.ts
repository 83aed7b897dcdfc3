/**
 * `openimds up`: the control plane, the agent of this machine and its metadata services, in one process.
 *
 *   store ──> agent, which answers at once from what it last knew ──> API ──> the agent has caught up ──> `ready`
 *
 * Standard output gets the `ready` line and what to try next, once everything answers; the log goes to standard error.
 * A signal ends it cleanly, in the opposite order; a second one ends it on the spot.
 */

import { createHmac } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { startAgent } from '../agent/agent.ts';
import { descriptors } from '../agent/descriptors.ts';
import { type LastState, LastStateError, openLastState } from '../agent/last-state.ts';
import type { Substrate } from '../agent/substrate.ts';
import { checkImdsPort, createLoopback, defaultOwn, ImdsPortError } from '../agent/substrates/loopback.ts';
import type { NetnsSettings } from '../agent/substrates/netns.ts';
import { policyJudge } from '../api/policy-judge.ts';
import { rootOf } from '../api/principals.ts';
import { acceptFromVpc, createApi } from '../api/server.ts';
import { systemClock } from '../clock.ts';
import { connectHost } from '../hosts/connect-host.ts';
import { watchDueEvents } from '../hosts/due-events.ts';
import { newAccessKey } from '../ids.ts';
import { createLog, type Log } from '../log.ts';
import type { AccessKey, OptionRules } from '../model.ts';
import { installationKey } from '../store/installation-key.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { StateError } from '../store/state-errors.ts';
import type { Store } from '../store/store.ts';
import { Failure } from './failure.ts';
import { clientUrlOf, isLoopback, type ListenAddress, urlOf } from './listen-address.ts';
import { openFilesLimit, shareOpenFiles } from './open-files.ts';
import { packagePath, packageVersion } from './package.ts';
import { rootAccessKeyFile, writeRootAccessKey } from './root-access-key.ts';
import { defaultAddress, defaultStateDirectory } from './settings.ts';
import { quoted } from './shell.ts';
import { netnsFailure, noteLoopback, requireNetns } from './substrate-choice.ts';

export type UpOptions = {
  listen: ListenAddress;
  state: string;
  imdsPort: number;
  substrate: 'loopback' | 'netns';
  nat: boolean;
  imdsOnly: boolean;
  rules: OptionRules;
  strict: boolean;
  logFormat: 'pretty' | 'json';
  imdsKeepAlive: boolean;
  /** Packets a second; undefined for no throttling. */
  imdsThrottle?: number | undefined;
};

/** The one host of this control plane. */
const HOST = 'local';
const ROOT_ACCOUNT = '000000000000';
const MINUTE_MS = 60_000;
/** AWS shows a terminated instance for about an hour. */
const REMEMBER_TERMINATED_MS = 60 * MINUTE_MS;

/** Runs until a signal comes. @throws Failure when it cannot start */
export async function up(options: UpOptions): Promise<number> {
  const log = createLog(options.logFormat, process.stderr);
  process.on('uncaughtException', (err) => {
    log.error('this is a bug', { err });
    process.exit(1);
  });
  const stopped = stopSignal(log);
  const closers: Closers = [];
  const starting = start(options, { log, closers });
  try {
    await Promise.race([starting, stopped]);
    await stopped;
  } catch (error) {
    throw asFailure(error, options);
  } finally {
    await closeAll(closers);
    // A signal may come in the middle of the start: what that had still to open is closed too.
    await starting.catch(() => {});
    await closeAll(closers);
  }
  return 0;
}

/** How to close what has been started, in the order in which it was. */
type Closers = (() => Promise<void>)[];

async function closeAll(closers: Closers): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}

async function start(options: UpOptions, { log, closers }: { log: Log; closers: Closers }): Promise<void> {
  const { listen, state, rules, imdsThrottle: throttle } = options;
  if (options.substrate === 'netns') requireNetns();
  const clock = systemClock;
  const store = await openSqliteStore(state);
  closers.push(() => store.close());
  await writeRootAccessKey(state, await rootAccessKey(store));
  const timer = setInterval(() => forgetTerminated(store, log), MINUTE_MS);
  closers.push(async () => clearInterval(timer));

  const lastState = openLastState(state);
  const shares = shareOpenFiles(openFilesLimit());
  const door: { api?: FastifyInstance } = {};
  const substrate = await createSubstrate(options, {
    keepAlive: options.imdsKeepAlive,
    descriptors: descriptors(shares.metadataServices),
    clock,
    log,
    installation: installationOf(lastState),
    nat: options.nat,
    // There are instances of an earlier process before there is an API.
    ...(!options.imdsOnly && {
      api: (socket, VpcId) => (door.api ? acceptFromVpc(door.api, socket, VpcId) : socket.destroy()),
    }),
  });
  if (throttle !== undefined) log.info('metadata services are throttled', { hint: `${throttle} packets a second` });
  // It takes over the substrate and the last state, and closes both.
  const controlPlane = connectHost(store, clock, HOST);
  const agent = startAgent({ controlPlane, substrate, lastState, throttle, clock, log });
  closers.push(() => agent.close());
  closers.push(watchDueEvents({ store, clock, log }));

  const strict = options.strict || !isLoopback(listen);
  const settings = {
    store,
    clock,
    log,
    rules,
    strict,
    loopback: isLoopback(listen),
    judge: policyJudge({ installationKey: await store.transaction(installationKey) }),
    host: HOST,
  };
  const { regionKeys } = controlPlane;
  const connections = shares.apiConnections;
  const hosts = (name: string) => (name === HOST ? agent.host : undefined);
  const api = createApi({
    ...{ ...settings, version: packageVersion(), substrate, regionKeys, hosts, connections },
    consoleFolder: packagePath('console', 'dist'),
  });
  closers.push(() => {
    // What comes while it closes would be kept waiting.
    delete door.api;
    return api.close();
  });
  await api.listen(listen);
  door.api = api;
  await agent.ready;

  if (substrate.name === 'loopback') noteLoopback(log);
  const address = { host: listen.host, port: (api.server.address() as AddressInfo).port };
  if (!isLoopback(address)) {
    const hint = `the root access key is in ${rootAccessKeyFile(state)}`;
    log.warn('others can reach this address, so test keys are refused', { address: urlOf(address), hint });
  }
  process.stdout.write(`ready ${urlOf(address)}\n\n${whatToTry(address, strict ? state : undefined)}`);
}

/** What instances are placed on. Namespaces need calls of the kernel that nobody else should have to load. */
async function createSubstrate(options: UpOptions, settings: NetnsSettings): Promise<Substrate> {
  if (options.substrate === 'netns') {
    try {
      const { createNetns } = await import('../agent/substrates/netns.ts');
      return await createNetns(settings);
    } catch (error) {
      throw netnsFailure(error);
    }
  }
  for (const [flag, given] of [['--nat', options.nat] as const, ['--imds-only', options.imdsOnly] as const]) {
    if (given) throw new Failure(`${flag} goes with --substrate netns: on loopback instances have no network`, 2);
  }
  const loopback = { ...settings, port: options.imdsPort, own: defaultOwn(process.platform) };
  await checkImdsPort(loopback);
  return createLoopback(loopback);
}

/** A few digits that stay with this state directory and tell nothing of its secrets. */
function installationOf({ tokenKey }: LastState): string {
  return createHmac('sha256', tokenKey).update('installation').digest('hex').slice(0, 6);
}

/** Resolves at the first SIGTERM or SIGINT; the second ends the process. */
function stopSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isStopping) process.exit(128 + constants.signals[signal]);
        isStopping = true;
        log.info('stopping; a second signal ends it at once', { hint: signal });
        resolve();
      });
    }
  });
}

/** The key of the root of account 000000000000, made at the first start. */
function rootAccessKey(store: Store): Promise<AccessKey> {
  return store.transaction(async (tx) => {
    const keys = await tx.accessKeys.ofAccount(ROOT_ACCOUNT);
    const existing = keys.find(({ principal, Status }) => principal.kind === 'root' && Status !== 'Inactive');
    if (existing) return existing;
    const key = { ...newAccessKey(), principal: rootOf(ROOT_ACCOUNT) };
    await tx.accessKeys.put(key);
    return key;
  });
}

async function forgetTerminated(store: Store, log: Log): Promise<void> {
  try {
    const before = systemClock() - REMEMBER_TERMINATED_MS;
    await store.transaction((tx) => tx.instances.forgetTerminated(before));
  } catch (err) {
    log.error('could not forget terminated instances; trying again in a minute', { err });
  }
}

/** The next three commands, for a shell in which nothing is set yet. */
function whatToTry(address: ListenAddress, stateOfKey: string | undefined): string {
  const url = clientUrlOf(address);
  const flags = [
    url === defaultAddress ? [] : ['--address', url],
    stateOfKey === undefined || stateOfKey === defaultStateDirectory(process.env) ? [] : ['--state', stateOfKey],
  ].flat();
  return `Try, in another terminal:
  eval "$(${[ownCommand(), 'env', ...flags].map(quoted).join(' ')})"
  aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type c3.large --metadata-options "HttpEndpoint=enabled,HttpTokens=required"
  openimds ls
Or in a browser:
  ${url}/console/
`;
}

/** `openimds` where a shell would find this one, else its path. */
function ownCommand(): string {
  const own = packagePath('bin', 'openimds');
  const found = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'openimds'));
  const first = found.find((path) => existsSync(path));
  return first !== undefined && realpathSync(first) === realpathSync(own) ? 'openimds' : own;
}

/** SQLite's code for a file whose pages contradict each other. */
const SQLITE_CORRUPT = 11;

function asFailure(error: unknown, { listen, state }: UpOptions): unknown {
  if (error instanceof StateError || error instanceof LastStateError || error instanceof ImdsPortError)
    return new Failure(error.message);
  if ((error as { errcode?: unknown }).errcode === SQLITE_CORRUPT) {
    return new Failure(`the store in ${state} is damaged: put back a copy of it, or choose another state directory`);
  }
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall !== 'listen') return error;
  const reasons: Record<string, string> = {
    EADDRINUSE: `${urlOf(listen)} is taken by another program: stop that one, or choose another with --listen`,
    EADDRNOTAVAIL: `this machine has no address ${listen.host}: choose another with --listen`,
    EACCES: `this user may not listen on port ${listen.port}: choose one above 1023 with --listen`,
  };
  return new Failure(reasons[code ?? ''] ?? `cannot listen on ${urlOf(listen)}: ${message}`);
}
