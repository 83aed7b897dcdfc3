/**
 * Which loopback addresses the metadata services of instances have: handed out in turn, each to one instance.
 *
 *   ownAddresses   127.1.0.1:1338, 127.1.0.2:1338, …   every 127.x.y.z is this machine's on Linux
 *   ownPorts       127.0.0.1:1338, 127.0.0.1:1339, …   elsewhere, and for IPv6, which has one loopback address only
 *
 * It only keeps the list: whether another program has taken an address is found out by listening there. An address
 * that an instance gave up is handed out again last, so that whoever still asks there does not meet another instance.
 */

import { randomInt } from 'node:crypto';

export type Address = { host: string; port: number };

/** Addresses as numbers in a row. */
type Row = {
  first: number;
  last: number;
  toAddress(value: number): Address;
  toValue(address: Address): number;
};

export type Addresses = {
  /** Holds the address of an endpoint that an instance had before; undefined when it cannot have it again. */
  keep(endpoint: string): Address | undefined;
  /** Holds the next free address. @throws Error when all are held */
  take(): Address;
  release(address: Address): void;
};

/** An address for each instance, all with the same port; with port 0 each has any. It leaves out 127.0.0.0/16. */
export function ownAddresses(port: number): Addresses {
  const addresses = inTurn({
    first: 0x7f010001,
    last: 0x7ffffffe,
    toAddress: (value) => ({ host: [24, 16, 8, 0].map((shift) => (value >> shift) & 255).join('.'), port }),
    toValue: ({ host }) => host.split('.').reduce((value, part) => value * 256 + Number(part), 0),
  });
  if (port !== 0) return addresses;
  // A port that was any before is wanted again, for the endpoint to be the same.
  const keep = (endpoint: string) => addresses.keep(endpoint) && parseEndpoint(endpoint);
  return { ...addresses, keep };
}

/** A port for each instance on one host, from `start` upwards; with 0 from anywhere. */
export function ownPorts(host: string, start: number): Addresses {
  const row: Row = {
    first: start === 0 ? 1024 : Math.min(start, 1024),
    last: 65_535,
    toAddress: (port) => ({ host, port }),
    toValue: (address) => (address.host === host ? address.port : Number.NaN),
  };
  return inTurn(row, start === 0 ? randomInt(row.first, row.last) : start);
}

function inTurn(row: Row, start = row.first): Addresses {
  const held = new Set<number>();
  let next = start;
  const hold = (value: number): boolean => {
    const isFree = value >= row.first && value <= row.last && !held.has(value);
    if (isFree) held.add(value);
    return isFree;
  };
  return {
    keep(endpoint) {
      const value = row.toValue(parseEndpoint(endpoint));
      if (!hold(value)) return undefined;
      // After a restart too, what was given up is handed out again last.
      if (value >= next) next = value < row.last ? value + 1 : row.first;
      return row.toAddress(value);
    },
    take() {
      for (let tried = row.first; tried <= row.last; tried++) {
        const value = next;
        next = value < row.last ? value + 1 : row.first;
        if (hold(value)) return row.toAddress(value);
      }
      throw new Error('every loopback address is held by an instance');
    },
    release: (address) => held.delete(row.toValue(address)),
  };
}

export function endpointAt({ host, port }: Address): string {
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

function parseEndpoint(endpoint: string): Address {
  const { hostname, port } = new URL(endpoint);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
}
