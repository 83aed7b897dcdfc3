/**
 * The purity of the rule folders, and of the leaves that they stand on: same input, same answer. No I/O, no clock, no randomness, nothing of the process.
 *
 * What they may take from outside is listed, so that something new is a decision. Hashing and comparing in constant time
 * are pure; so are the forms of ids and times. Tests beside the rules may do what they like.
 */

import { posix } from 'node:path';
import { readSource } from './source.ts';
import { type File, isTest, isTypeScript } from './tree.ts';

/** Programs that write generated files run while developing, and are no rules. */
const BUILD_STEP = /\/(?:build-[\w-]+|generate)\.ts$/;

const PURE =
  /^src\/(?:(?:metadata-options|iam|imds|catalogue)\/|(?:model|iam-model|host-model|aws-errors|cidr|der|event-requests|instance-events|instance-lifecycle|public-addresses)\.ts$)/;

/** From modules that are not pure throughout: the names that are. What is not listed here is forbidden. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': [
    'createHash',
    'createHmac',
    'createPrivateKey',
    'createPublicKey',
    'createSecretKey',
    'hash',
    'sign',
    'timingSafeEqual',
    'verify',
  ],
  'node:buffer': ['Buffer'],
  'node:net': ['isIP', 'isIPv4', 'isIPv6'],
  'node:zlib': ['deflateRawSync', 'inflateRawSync'],
  'src/clock.ts': ['isoSeconds', 'isoMilliseconds'],
  'src/ids.ts': ['isWellFormedId'],
};

const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\s*\.\s*now\b/, 'Date.now: take `now` as a parameter'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(]))/, 'new Date(): take `now` as a parameter'],
  [/(?<!new\s+)(?<![\w.])Date\s*\(/, 'Date(): take `now` as a parameter'],
  [/\bperformance\b/, 'performance: take `now` as a parameter'],
  [/\bMath\s*\.\s*random\b/, 'Math.random: take what was drawn as a parameter'],
  [/\b(?:randomBytes|randomUUID|randomInt|getRandomValues)\b/, 'randomness: take what was drawn as a parameter'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer: rules answer at once'],
  [/(?<![\w.])process\s*[.[]/, 'process: take what is needed as a parameter'],
  [/\bglobalThis\b/, 'globalThis: take what is needed as a parameter'],
  [/(?<![\w.])(?:fetch|require)\s*\(/, 'I/O: take what was read as a parameter'],
  [/(?<![\w.])console\s*\./, 'console: return what there is to say'],
  [/\basync\b|\bawait\b/, 'async: rules answer at once'],
];

export function checkPurity(files: File[]): string[] {
  return files
    .filter((file) => isTypeScript(file) && PURE.test(file.path) && !isTest(file.path) && !BUILD_STEP.test(file.path))
    .flatMap(({ path, text }) => {
      const { code, imports } = readSource(text);
      const found = IMPURE.filter(([pattern]) => pattern.test(code)).map(([, what]) => what);
      const taken = imports
        .filter((from) => !from.typeOnly)
        .flatMap((from) => impureNames(posix.join(posix.dirname(path), from.from), from));
      return [...found, ...taken].map((what) => `${path} is not pure: ${what}`);
    });
}

function impureNames(file: string, { from, names }: { from: string; names: string[] }): string[] {
  const module = from.startsWith('.') ? file : from;
  if (PURE.test(module)) return [];
  const allowed = ALLOWED[module];
  if (!allowed) return [`it imports ${from}`];
  return names.filter((name) => !allowed.includes(name)).map((name) => `it imports ${name} from ${from}`);
}
