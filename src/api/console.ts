/**
 * The console's files at `/console/`, as `console/build.ts` left them, under a strict content security policy.
 *
 * They are read once and answered from memory, in the best compression that the client takes. A request names a file or
 * there is none: no path of a request ever reaches the disk. When the console was built anew, the new one is answered.
 * Nothing here is signed, and nothing here is a secret: what the console shows it asks of the API, with its user's key.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Scripts, styles and calls of this address only; no page may frame it, and no form leave it. */
const SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** No Cross-Origin-Opener-Policy: where a browser does not trust the address it complains of that, and ignores it. */
const HEADERS = {
  'content-security-policy': SECURITY_POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'accept-encoding',
};

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Their names change with their contents. */
const HASHED = /^assets\//;

/** From the best on. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

type Served = { type: string; etag: string; cacheControl: string; bytes: Map<string, Buffer> };
type Files = { builtMs: number; files: ReadonlyMap<string, Served> };

/** @param folder what `console/build.ts` wrote; it need not be there yet */
export function serveConsole(app: FastifyInstance, folder: string): void {
  let known: Promise<Files> | undefined;
  const current = async (): Promise<Files['files']> => {
    const builtMs = await builtAt(folder);
    if (known && (await known).builtMs === builtMs) return (await known).files;
    const reading = read(folder, builtMs);
    known = reading;
    // It was replaced meanwhile, say: whoever asks next finds it whole.
    reading.catch(() => {
      if (known === reading) known = undefined;
    });
    return (await reading).files;
  };
  app.get('/console', (_request, reply) => reply.redirect('/console/', 308));
  app.get('/console/*', async (request, reply) => {
    const { '*': path = '' } = request.params as { '*'?: string };
    return answer(await current(), path === '' ? 'index.html' : path, request, reply);
  });
}

/** Whether a browser came to look, rather than a program to call. */
export function isVisit({ method, headers, raw }: FastifyRequest): boolean {
  const { accept = '', authorization } = headers;
  return method === 'GET' && raw.url === '/' && authorization === undefined && accept.includes('text/html');
}

/** Milliseconds since 1970; 0 where nothing was built. */
async function builtAt(folder: string): Promise<number> {
  const index = await stat(join(folder, 'index.html')).catch(() => undefined);
  return index?.mtimeMs ?? 0;
}

async function read(folder: string, builtMs: number): Promise<Files> {
  const files = new Map<string, Served>();
  if (builtMs === 0) return { builtMs, files };
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const there = new Set(paths);
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const name = path.slice(folder.length + 1).replaceAll(sep, '/');
    files.set(name, await readOne(path, { there, type, isHashed: HASHED.test(name) }));
  }
  return { builtMs, files };
}

async function readOne(
  path: string,
  { there, type, isHashed }: { there: ReadonlySet<string>; type: string; isHashed: boolean },
): Promise<Served> {
  const plain = await readFile(path);
  const bytes = new Map([['identity', plain]]);
  for (const [coding, extension] of CODINGS) {
    if (there.has(path + extension)) bytes.set(coding, await readFile(path + extension));
  }
  const etag = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  return { type, etag, cacheControl: isHashed ? 'public, max-age=31536000, immutable' : 'no-cache', bytes };
}

function answer(files: Files['files'], name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers(HEADERS);
  const file = files.get(name);
  if (!file) return refuse(files, reply);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const coding = CODINGS.map(([each]) => each).find((each) => file.bytes.has(each) && accepts(accepted, each));
  // Of one file each coding is another representation.
  const etag = `"${file.etag}${coding === undefined ? '' : `-${coding}`}"`;
  reply.headers({ etag, 'cache-control': file.cacheControl });
  if (String(request.headers['if-none-match'] ?? '').includes(etag)) return reply.code(304).send();
  if (coding !== undefined) reply.header('content-encoding', coding);
  return reply.type(file.type).send(file.bytes.get(coding ?? 'identity'));
}

/** `br;q=0` says no. */
function accepts(header: string, coding: string): boolean {
  return header.split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function refuse(files: Files['files'], reply: FastifyReply): FastifyReply {
  const isBuilt = files.size > 0;
  return reply
    .code(404)
    .header('cache-control', 'no-store')
    .type('text/plain; charset=utf-8')
    .send(
      isBuilt ? 'The console has no such file.\n' : 'The console is not built yet. Build it: npm run build:console\n',
    );
}
