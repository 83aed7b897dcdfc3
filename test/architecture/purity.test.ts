/**
 * The check of purity, tried on rules that are not pure and on rules that are.
 */

import { describe, expect, test } from 'vitest';
import { checkPurity } from './purity.ts';

const problems = (text: string, path = 'src/imds/respond.ts') => checkPurity([{ path, text }]);

describe('a rule is not pure when it says', () => {
  test.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = new Date;',
    'const now = Date();',
    'const x = Math.random();',
    'const x = process.env.HOME;',
    "const x = process['env'];",
    'const x = performance.now();',
    'setTimeout(done, 5);',
    "import { readFileSync } from 'node:fs';",
    "import { createServer } from 'node:net';",
    "import http from 'node:http';",
    "import { setTimeout as wait } from 'node:timers/promises';",
    "import { spawn } from 'node:child_process';",
    "import { randomBytes } from 'node:crypto';",
    "import * as crypto from 'node:crypto';",
    "import { systemClock } from '../clock.ts';",
    "import { newId } from '../ids.ts';",
    "import { createLog } from '../log.ts';",
    "import Fastify from 'fastify';",
    'const x = crypto.getRandomValues(bytes);',
    "const x = await import('node:fs');",
    'console.log(x);',
    `x = \`\${Date.now()}\`;`,
  ])('%s', (text) => {
    expect(problems(text)).not.toEqual([]);
  });
});

describe('a rule is pure when it says', () => {
  test.each([
    'const at = new Date(nowMs).toISOString(); const b = Date.parse(text); const c = Date.UTC(1970, 0);',
    "import { createHash, timingSafeEqual } from 'node:crypto';",
    "import { isIPv4 } from 'node:net';",
    "import type { Server } from 'node:http';",
    "import { isoSeconds } from '../clock.ts';",
    "import { isWellFormedId } from '../ids.ts';",
    "import { findImage } from '../catalogue/images.ts';",
    "import { check } from './check.ts';",
    '// Date.now() would be wrong here',
    "const words = 'process.env and setTimeout';",
    'const x = instance.process; const y = launch.fetch(1);',
  ])('%s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

test('tests, other folders and what writes generated files may be impure', () => {
  expect(problems('Date.now();', 'src/imds/respond.test.ts')).toEqual([]);
  expect(problems('Date.now();', 'src/agent/agent.ts')).toEqual([]);
  expect(problems('Date.now();', 'src/iam/generate.ts')).toEqual([]);
  expect(problems('Date.now();', 'src/iam/regenerate.ts')).toHaveLength(1);
});
