/**
 * Which loopback addresses the metadata services of instances have: handed out in turn, each to one instance.
 *
 *   ownAddresses   127.1.0.1:1338, 127.1.0.2:1338, …   every 127.x.y.z is this machine's on Linux
 *   ownPorts       127.0.0.1:1338, 127.0.0.1:1339, …   elsewhere, and for IPv6, which has one loopback address only
 *
 * It only keeps the list: whether another program has taken an address is found out by listening there. An address
 * that an instance gave up is handed out again last, so that whoever still asks there does not meet another instance.
 */

export type Address = { host: string; port: number };

/** Addresses as numbers in a row. */
type Row = {
  first: number;
  last: number;
  toAddress(value: number): Address;
  /** Undefined when the address is not one of this row. */
  toValue(address: Address): number | undefined;
};

export type Addresses = {
  /** Holds the address of an endpoint that an instance had before; undefined when it cannot have it again. */
  keep(endpoint: string): Address | undefined;
  /** Holds the next free address. @throws Error when all are held */
  take(): Address;
  /** Holds the address that was found by listening at port 0; false when another instance holds it. */
  hold(address: Address): boolean;
  release(address: Address): void;
};

/** An address for each instance, all with the same port; with port 0 each has any. It leaves out 127.0.0.0/16. */
export function ownAddresses(port: number): Addresses {
  const row: Row = {
    first: 0x7f010001,
    last: 0x7ffffffe,
    toAddress: (value) => ({ host: [24, 16, 8, 0].map((shift) => (value >> shift) & 255).join('.'), port }),
    toValue: ({ host }) => host.split('.').reduce((value, part) => value * 256 + Number(part), 0),
  };
  const addresses = inTurn(row);
  return {
    ...addresses,
    // A port that was any before is wanted again, for the endpoint to be the same.
    keep: (endpoint) => {
      const kept = addresses.keep(endpoint);
      return kept && port === 0 ? { ...kept, port: parseEndpoint(endpoint).port } : kept;
    },
    hold: () => true,
  };
}

/** A port for each instance, from `first` upwards on one host; with 0 each has any. */
export function ownPorts(host: string, first: number): Addresses {
  const row: Row = {
    first: first === 0 ? 1 : first,
    last: 65_535,
    toAddress: (port) => ({ host, port }),
    toValue: (address) => (address.host === host ? address.port : undefined),
  };
  const addresses = inTurn(row);
  return first === 0 ? { ...addresses, take: () => ({ host, port: 0 }) } : addresses;
}

function inTurn(row: Row): Addresses {
  const held = new Set<number>();
  let next = row.first;
  const isFree = (value: number | undefined): value is number =>
    Number.isInteger(value) &&
    (value as number) >= row.first &&
    (value as number) <= row.last &&
    !held.has(value as number);
  const hold = (address: Address): boolean => {
    const value = row.toValue(address);
    if (!isFree(value)) return false;
    held.add(value);
    next = Math.max(next, value + 1);
    return true;
  };
  return {
    hold,
    keep(endpoint) {
      const address = parseEndpoint(endpoint);
      return hold(address) ? row.toAddress(row.toValue(address) as number) : undefined;
    },
    take() {
      for (let tried = row.first; tried <= row.last; tried++) {
        const value = next > row.last ? row.first : next;
        next = value + 1;
        if (isFree(value)) {
          held.add(value);
          return row.toAddress(value);
        }
      }
      throw new Error('every loopback address is held by an instance');
    },
    release(address) {
      const value = row.toValue(address);
      if (value !== undefined) held.delete(value);
    },
  };
}

export function endpointAt({ host, port }: Address): string {
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

function parseEndpoint(endpoint: string): Address {
  const { hostname, port } = new URL(endpoint);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
}
