/**
 * DER (ITU-T X.690), as much of it as certificates and signatures need: a writer of values, and a reader of their parts.
 *
 *   tag, 1 byte | length, 1 byte below 128, else 0x80 + n and n bytes | content: bytes, or further values
 *
 * It promises the one encoding that DER allows for what it is given, so that the same value is always the same bytes. It
 * knows no type of ASN.1 that is not here, and none of the indefinite lengths of BER.
 */

/** A value of any tag: its content is what is given, one after the other. */
export function value(tag: number, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag, ...lengthBytes(bytes.length)), bytes]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = [...bigEndian(BigInt(length))];
  return [0x80 | bytes.length, ...bytes];
}

/** The fewest bytes that hold a number from 0 on; one for 0. */
function bigEndian(number: bigint): Buffer {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

export const NULL: Buffer = value(0x05);

export const TRUE: Buffer = value(0x01, Buffer.of(0xff));

/** @param number from 0 on; @throws RangeError for one below */
export function integer(number: bigint | number): Buffer {
  if (number < 0) throw new RangeError('only numbers from 0 on are written');
  const bytes = bigEndian(BigInt(number));
  // A first bit of 1 would make it negative.
  return value(0x02, ...((bytes[0] as number) < 0x80 ? [] : [Buffer.of(0)]), bytes);
}

/** @param unused how many of the last bits do not count; they have to be 0 */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return value(0x03, Buffer.of(unused), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return value(0x04, bytes);
}

/** @param dotted for example `1.2.840.113549` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Seven bits to a byte, the first bit of all but the last set. */
function base128(number: number): number[] {
  const digits = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift(0x80 | (rest % 128));
  return digits;
}

export function utf8String(text: string): Buffer {
  return value(0x0c, Buffer.from(text, 'utf8'));
}

export function sequence(...content: Uint8Array[]): Buffer {
  return value(0x30, ...content);
}

/** SET OF: its members have no order of their own, so DER puts them into that of their bytes. */
export function set(...content: Uint8Array[]): Buffer {
  return value(0x31, ...content.toSorted(Buffer.compare));
}

/** A context-specific tag around further values: explicit around a whole one, implicit around the parts of one. */
export function context(number: number, ...content: Uint8Array[]): Buffer {
  return value(0xa0 | number, ...content);
}

/**
 * The Time of certificates and of signatures: UTCTime, with two digits for the year, from 1950 to 2049, else
 * GeneralizedTime (RFC 5280, 4.1.2.5; RFC 5652, 11.3). Fractions of a second are cut off.
 */
export function time(nowMs: number): Buffer {
  const digits = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`;
  const isUtcTime = digits >= '1950' && digits < '2050';
  return isUtcTime ? value(0x17, Buffer.from(digits.slice(2))) : value(0x18, Buffer.from(digits));
}

/**
 * The parts of a value whose content is further values, each with its tag and length, in their order.
 *
 * @throws RangeError for bytes that are cut off, or that are no DER
 */
export function partsOf(bytes: Uint8Array): Buffer[] {
  const { start, end } = contentOf(bytes, 0);
  const parts: Buffer[] = [];
  for (let at = start; at < end; ) {
    const part = contentOf(bytes.subarray(0, end), at);
    parts.push(Buffer.from(bytes.subarray(at, part.end)));
    at = part.end;
  }
  return parts;
}

/** Where the content of the value at `at` starts and ends. */
function contentOf(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0x80;
  const long = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + long;
  const digits = Buffer.from(bytes.subarray(at + 2, start)).toString('hex');
  const end = start + (long === 0 ? first : Number.parseInt(digits, 16));
  if (first === 0x80 || !(end <= bytes.length)) throw new RangeError('the bytes are cut off, or are no DER');
  return { start, end };
}
