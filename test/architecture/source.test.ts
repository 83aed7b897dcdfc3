/**
 * What the scanner takes for code, for a comment and for an import.
 *
 * Every check of the architecture stands on it: what it overlooked, they could not see.
 */

import { describe, expect, test } from 'vitest';
import { readSource } from './source.ts';

const codeOf = (text: string) => readSource(text).code;

describe('code', () => {
  test('is not what stands in a comment or in a string', () => {
    const code = codeOf(`a(); // Date.now()\n/* Date.now()\n */ b('Date.now()', "it's", 'it\\'s Date.now()');`);
    expect(code).toContain('a();');
    expect(code).toContain('b(');
    expect(code).not.toContain('Date.now');
  });

  test('is what stands in the expressions of a template, not its text', () => {
    const code = codeOf(`x = \`Math.random \${first({ a: \`in \${second} Math.random\` })} Math.random\`; third();`);
    expect(code).toMatch(/first\(.*second.*third\(\)/);
    expect(code).not.toContain('Math.random');
  });

  test('is not what stands in a regular expression, and a division is none', () => {
    expect(codeOf('if (/["/*]setTimeout/.test(a)) b();')).not.toContain('setTimeout');
    expect(codeOf('if (/["/*]setTimeout/.test(a)) b();')).toContain('b();');
    expect(codeOf('x = a / 2 + now() / 3;')).toContain('now()');
  });

  test('keeps every offset', () => {
    const text = `a('some text'); /* and\n more */ b(\`x \${c} y\`);`;
    expect(codeOf(text)).toHaveLength(text.length);
    expect(codeOf(text).indexOf('b(')).toBe(text.indexOf('b('));
  });
});

test('comments are all there, and nothing that only looks like one', () => {
  const { comments } = readSource("/** one */ a('// not'); // two");
  expect(comments).toBe('/** one */\n// two\n');
});

describe('imports', () => {
  const only = (text: string) => readSource(text).imports;

  test.each([
    ["import { a, b as c } from './x.ts';", { from: './x.ts', names: ['a', 'b'], typeOnly: false }],
    ["import {\n  a,\n  type B,\n} from './x.ts';", { from: './x.ts', names: ['a'], typeOnly: false }],
    ["import type { A } from './x.ts';", { from: './x.ts', names: [], typeOnly: true }],
    ["import { type A } from './x.ts';", { from: './x.ts', names: [], typeOnly: true }],
    ["import x, { y } from 'x';", { from: 'x', names: ['default', 'y'], typeOnly: false }],
    ["import * as x from 'x';", { from: 'x', names: ['*'], typeOnly: false }],
    ["export { a } from './x.ts';", { from: './x.ts', names: ['a'], typeOnly: false }],
    ["export * from './x.ts';", { from: './x.ts', names: ['*'], typeOnly: false }],
    ["export type { A } from './x.ts';", { from: './x.ts', names: [], typeOnly: true }],
    ["import './x.ts';", { from: './x.ts', names: ['*'], typeOnly: false }],
    ["const x = await import('./x.ts');", { from: './x.ts', names: ['*'], typeOnly: false }],
    ["const x = require('x');", { from: 'x', names: ['*'], typeOnly: false }],
  ])('%s', (text, expected) => {
    expect(only(text)).toEqual([expected]);
  });

  test('are not what stands in a string or a comment', () => {
    expect(only("x = \"import a from 'a'\"; // import b from 'b'\ny = `import('c')`;")).toEqual([]);
  });

  test('are not calls of something that is named from', () => {
    expect(only("x = Buffer.from('a'); export const from = 'b';")).toEqual([]);
  });
});
