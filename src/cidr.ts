/**
 * IPv4 and IPv6 blocks as numbers: reading, comparing, and the n-th address of a block.
 *
 * One representation for both families: the first address as a bigint and the length of the prefix. It knows nothing of
 * VPCs; which blocks are allowed where is a matter of the actions that make them. It works in a browser too.
 */

export type Cidr = { family: 4 | 6; first: bigint; prefix: number };

const BITS = { 4: 32, 6: 128 } as const;

/** The block that `text` writes, for example `10.0.0.0/24`; undefined if it is none or has bits beyond its prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const { cidr, beyond } = readCidr(text) ?? {};
  return beyond === 0n ? cidr : undefined;
}

/** As `parseCidr`, but bits beyond the prefix are cut off: `10.0.0.7/24` is `10.0.0.0/24`. */
export function parseEnclosingCidr(text: string): Cidr | undefined {
  return readCidr(text)?.cidr;
}

function readCidr(text: string): { cidr: Cidr; beyond: bigint } | undefined {
  const [address = '', length = '', rest] = text.split('/');
  const parsed = parseAddress(address);
  if (!parsed || rest !== undefined || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const prefix = Number(length);
  const bits = BITS[parsed.family] - prefix;
  if (bits < 0) return undefined;
  const beyond = parsed.value & ((1n << BigInt(bits)) - 1n);
  return { cidr: { family: parsed.family, first: parsed.value - beyond, prefix }, beyond };
}

export function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  if (IPV4.test(text)) return { family: 4, value: ipv4Value(text) };
  const value = ipv6Value(text);
  return value === undefined ? undefined : { family: 6, value };
}

/** How many addresses the block holds. */
export function size(cidr: Cidr): bigint {
  return 1n << BigInt(BITS[cidr.family] - cidr.prefix);
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.family === inner.family &&
    outer.first <= inner.first &&
    inner.first + size(inner) <= outer.first + size(outer)
  );
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first < b.first + size(b) && b.first < a.first + size(a);
}

/** The address `offset` after the block's first one, IPv6 in its short form. */
export function addressAt(cidr: Cidr, offset: bigint | number): string {
  return formatAddress(cidr.family, cidr.first + BigInt(offset));
}

/** How far `address` is from the block's first one; undefined when it lies outside. */
export function offsetOf(cidr: Cidr, address: string): bigint | undefined {
  const parsed = parseAddress(address);
  if (!parsed || parsed.family !== cidr.family) return undefined;
  const offset = parsed.value - cidr.first;
  return offset >= 0n && offset < size(cidr) ? offset : undefined;
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr.family, cidr.first)}/${cidr.prefix}`;
}

function formatAddress(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // The URL standard writes an IPv6 host in the short form of RFC 5952.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

const IPV4 = /^(?:(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/;

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** Undefined for what is none; zones belong to a machine, and are none. */
function ipv6Value(text: string): bigint | undefined {
  const [, beginning = text, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  if (dotted !== undefined && !IPV4.test(dotted)) return undefined;
  const [head = '', tail, rest] = (dotted === undefined ? beginning : beginning + ipv4Groups(dotted)).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [
    string[],
    string[],
  ];
  const left = 8 - before.length - after.length;
  const isWhole = tail === undefined ? left === 0 : left > 0 && rest === undefined;
  if (!isWhole || ![...before, ...after].every((group) => GROUP.test(group))) return undefined;
  const groups = [...before, ...Array<string>(left).fill('0'), ...after];
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}

const GROUP = /^[0-9a-f]{1,4}$/i;

function ipv4Groups(dotted: string): string {
  const value = ipv4Value(dotted);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
