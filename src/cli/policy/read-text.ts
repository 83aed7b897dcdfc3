/**
 * Reads a file of somebody's, or standard input, as text: UTF-8, so many bytes and no more, and one sentence where it is not.
 *
 * An endless file, a directory or a program is refused as soon as it is known for one.
 */

import { type FileHandle, open } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** How people name standard input. */
const STANDARD_INPUT = '-';

/** What a file is called in what is said about it. */
export function nameOf(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : printable(file);
}

/** @param file a path, or `-` @throws Failure */
export async function readText(file: string): Promise<string> {
  const bytes = file === STANDARD_INPUT ? await upTo(process.stdin, file) : await readFile(file);
  if (bytes.length === 0) throw new Failure(`${nameOf(file)} is empty`);
  return decode(bytes, file);
}

async function readFile(file: string): Promise<Buffer> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    throw new Failure(`cannot read ${nameOf(file)}: ${WHY[(error as NodeJS.ErrnoException).code ?? ''] ?? error}`);
  }
  try {
    if ((await handle.stat()).isDirectory()) {
      throw new Failure(`${nameOf(file)} is a directory; name the files in it, for example ${nameOf(file)}/*.json`);
    }
    return await upTo(handle.createReadStream({ autoClose: false }), file);
  } finally {
    await handle.close();
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  ENOTDIR: 'what stands before a slash is no directory',
  ENAMETOOLONG: 'the name is too long',
};

async function upTo(source: AsyncIterable<Buffer | string>, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST_BYTES) throw new Failure(`${nameOf(file)} is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) throw notText(file, 'is UTF-16, as Windows writes it; save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notText(file, 'is no text in UTF-8');
  }
}

function notText(file: string, what: string): Failure {
  return new Failure(`${nameOf(file)} ${what}`);
}
