/**
 * Instances without machines: each has only a metadata service, at a loopback address of its own.
 *
 * An instance is known by the address at which it is asked. A closed endpoint refuses connections, as a stopped instance
 * must. Addresses are kept for as long as the instance is known. Packets never leave the machine, so that no hop is ever
 * taken and the hop limit is not enforced.
 */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { openEndpoints } from '../../imds/endpoints.ts';
import type { Log } from '../../log.ts';
import type { ImdsEndpoints } from '../../model.ts';
import { type Descriptors, takeForListener } from '../descriptors.ts';
import { createImdsListener, type ImdsListener, type ListenerSettings } from '../listener.ts';
import type { Placement, Substrate } from '../substrate.ts';
import { type Address, type Addresses, endpointAt, ownAddresses, ownPorts } from './loopback-addresses.ts';

export type LoopbackSettings = Omit<ListenerSettings, 'instance' | 'limitHops' | 'descriptors'> & {
  /** For all listeners and their connections. */
  descriptors: Descriptors;
  /** The port that all instances have in common, or the first of their own ports; 0 is any. */
  port: number;
  /** Whether instances have IPv4 addresses or ports of their own. */
  own: 'address' | 'port';
  /** Where IPv6 endpoints are; `::1` where nothing is said. */
  ipv6Host?: string;
};

/** An endpoint of one instance; its address stays when it is closed. */
type Door = { address: Address; listener?: ImdsListener };

const FAMILIES = ['ipv4', 'ipv6'] as const;
type Family = (typeof FAMILIES)[number];
type Place = Partial<Record<Family, Door>>;

/** How many addresses in a row may be taken by other programs before an instance is not placed. */
const MOST_TRIES = 256;

/** Listeners leave so many descriptors to the clients of those that are there. */
const FOR_CONNECTIONS = 8;

/** Only Linux has all of 127.0.0.0/8 without being told. */
export function defaultOwn(platform: NodeJS.Platform): LoopbackSettings['own'] {
  return platform === 'linux' ? 'address' : 'port';
}

/** No instance could be placed. The message is one sentence for people. */
export class ImdsPortError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ImdsPortError';
  }
}

/**
 * Tries the port that all instances will have in common, before there are any.
 *
 * @throws ImdsPortError when another program has it on all addresses, or this user may not have it
 */
export async function checkImdsPort({ port, own }: Pick<LoopbackSettings, 'port' | 'own'>): Promise<void> {
  if (own === 'port' || port === 0) return;
  const server = createServer();
  try {
    // An address that no instance has, so only a program that listens on all of them can be in the way.
    await listen(server, { host: '127.0.255.254', port });
    server.close();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EADDRINUSE: `port ${port} is taken by another program on all addresses: choose another for metadata services`,
      EACCES: `this user may not listen on port ${port}: choose one above 1023 for metadata services`,
    };
    throw new ImdsPortError(reasons[code] ?? `metadata services cannot listen on port ${port} (${code})`, { cause });
  }
}

/** Instances on this machine's loopback addresses. */
export function createLoopback(settings: LoopbackSettings): Substrate {
  const addresses = addressesOf(settings);
  const places = new Map<string, Place>();
  const settle = async (family: Family, place: Place, { desired, serve }: Placement): Promise<ImdsEndpoints> => {
    const create = () => createImdsListener({ ...settings, instance: serve });
    if (!openEndpoints(desired)[family]) closeDoor(place[family], settings.descriptors);
    else if (!place[family]?.listener) {
      place[family] = await openDoor(place[family]?.address, addresses[family], create, settings.descriptors);
      // What is wrong with one connection that could not be accepted must not end the process.
      place[family].listener?.on('error', (err) => settings.log.warn('a connection was not accepted', { err }));
    }
    const door = place[family];
    return door?.listener ? { [family]: endpointAt(door.address) } : {};
  };
  const ipv6OrNone = unlessMissing(settings.log);

  return {
    name: 'loopback',
    enforcesHopLimit: false,

    async apply(placement) {
      const { InstanceId } = placement.desired.instance;
      const place = places.get(InstanceId) ?? keepPlace(addresses, placement.formerly);
      places.set(InstanceId, place);
      const ipv6 = await ipv6OrNone(() => settle('ipv6', place, placement));
      return { ...ipv6, ...(await settle('ipv4', place, placement)) };
    },

    async remove(InstanceId) {
      const place = places.get(InstanceId) ?? {};
      places.delete(InstanceId);
      for (const family of FAMILIES) {
        closeDoor(place[family], settings.descriptors);
        if (place[family]) addresses[family].release(place[family].address);
      }
    },

    // With a process its endpoints are gone.
    async forgetOthers() {},

    async close() {
      for (const place of places.values()) {
        for (const family of FAMILIES) closeDoor(place[family], settings.descriptors);
      }
      places.clear();
    },
  };
}

function addressesOf({ port, own, ipv6Host = '::1' }: LoopbackSettings): Record<Family, Addresses> {
  return {
    ipv4: own === 'address' ? ownAddresses(port) : ownPorts('127.0.0.1', port),
    ipv6: ownPorts(ipv6Host, port),
  };
}

/** The place of an instance that is not placed yet, with the addresses that it had before as far as they are free. */
function keepPlace(addresses: Record<Family, Addresses>, formerly: ImdsEndpoints): Place {
  const place: Place = {};
  for (const family of FAMILIES) {
    const endpoint = formerly[family];
    const address = endpoint === undefined ? undefined : addresses[family].keep(endpoint);
    if (address) place[family] = { address };
  }
  return place;
}

/**
 * Opens an endpoint at the address that the instance had, or, where another program has taken that, at the next one that
 * is free. Nothing changes for the instance when it fails.
 */
async function openDoor(
  kept: Address | undefined,
  addresses: Addresses,
  create: () => ImdsListener,
  descriptors: Descriptors,
): Promise<Door> {
  takeForListener(descriptors, FOR_CONNECTIONS);
  try {
    return await openAtFreeAddress(kept, addresses, create);
  } catch (error) {
    descriptors.release();
    throw error;
  }
}

async function openAtFreeAddress(
  kept: Address | undefined,
  addresses: Addresses,
  create: () => ImdsListener,
): Promise<Door> {
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    const address = tried === 0 && kept ? kept : addresses.take();
    const listener = create();
    try {
      const found = await listen(listener, address);
      if (kept && address !== kept) addresses.release(kept);
      return { address: found, listener };
    } catch (error) {
      if (address !== kept) addresses.release(address);
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`${MOST_TRIES} loopback addresses in a row are taken by other programs`);
}

async function listen(server: Server, { host, port }: Address): Promise<Address> {
  server.listen({ host, port });
  await once(server, 'listening');
  return { host, port: (server.address() as AddressInfo).port };
}

/** Closes an endpoint but keeps its address. */
function closeDoor(door: Door | undefined, descriptors: Descriptors): void {
  if (!door?.listener) return;
  descriptors.release();
  door.listener.close();
  door.listener.closeAllConnections();
  delete door.listener;
}

/** Runs `open` for an IPv6 endpoint; on a machine without IPv6 there is none, and the log says so once. */
function unlessMissing(log: Log): (open: () => Promise<ImdsEndpoints>) => Promise<ImdsEndpoints> {
  let said = false;
  return async (open) => {
    try {
      return await open();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) throw error;
      if (!said) log.warn('this machine has no IPv6 loopback address: instances have no IPv6 endpoint', { code });
      said = true;
      return {};
    }
  };
}
