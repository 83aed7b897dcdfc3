/**
 * The checks of documents, each tried on documents that break it and on documents that do not.
 */

import { describe, expect, test } from 'vitest';
import { checkChangelog, checkDecisions, checkDependencies, checkLinks, checkMentions } from './documents.ts';

const TREE = ['src/model.ts', 'docs/tour.md', 'docs/decisions/0001-x.md'].map((path) => ({ path, text: '' }));

describe('links', () => {
  const guide = { path: 'docs/guide.md', text: '# Guide\n\n## Two `words`, one\n\n## Again\n\n## Again\n' };
  const problems = (text: string) => checkLinks([...TREE, guide, { path: 'docs/x.md', text }]);

  test.each([
    '[a](missing.md)',
    '[a](../src/missing.ts)',
    '[a](guide.md#nothing)',
    '[a](#nothing)',
    '![a](missing.png)',
    '[a]: missing.md',
    'a `[b](c)` and [d](missing.md "title")',
  ])('%s is refused', (text) => {
    expect(problems(text)).toHaveLength(1);
  });

  test.each([
    '[a](tour.md) and [b](../src/model.ts) and [c](decisions) and [d](decisions/)',
    '[a](guide.md#two-words-one) [b](guide.md#again-1)',
    '# Here\n\n[a](#here)',
    '[a](https://docs.aws.amazon.com/) [b](mailto:somebody@example.org)',
    '```\n[a](missing.md)\n```\n\n`[a](missing.md)`',
  ])('%s is accepted', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('a path that is named in passing', () => {
  const problems = (path: string, text: string) => checkMentions([...TREE, { path, text }]);

  test('exists', () => {
    expect(problems('src/x.ts', '// see docs/missing.md')).toHaveLength(1);
    expect(problems('docs/x.md', 'see `src/missing.ts`')).toHaveLength(1);
    expect(problems('src/x.ts', '// see docs/decisions/0001-x.md and src/model.ts.')).toEqual([]);
  });

  test('is no pattern and no string in code', () => {
    expect(problems('docs/x.md', '`src/api/actions/ec2/<command>.ts`, `docs/decisions/NNNN-*.md`')).toEqual([]);
    expect(problems('src/x.ts', "const x = 'src/missing.ts';")).toEqual([]);
  });
});

describe('the changelog', () => {
  const good = `# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One,\n  in two lines.\n\n## [0.2.0] - 2026-02-01\n\n### Fixed\n\n- Two.\n\n## [0.1.0] - 2026-01-01\n`;

  test('in its form is accepted', () => {
    expect(checkChangelog(good)).toEqual([]);
  });

  test.each([
    ['another title', good.replace('# Changelog', '# Changes')],
    ['no Unreleased', good.replace('## [Unreleased]', '## [0.3.0] - 2026-03-01')],
    ['a version without a date', good.replace(' - 2026-02-01', '')],
    ['versions in the wrong order', good.replace('[0.2.0]', '[0.0.9]')],
    ['an unknown kind', good.replace('### Fixed', '### Repaired')],
    ['a kind twice', good.replace('### Added\n', '### Added\n\n- Zero.\n\n### Added\n')],
    ['a kind without entries', good.replace('- Two.\n', '')],
    ['text that is no entry', good.replace('  in two lines.', 'in two lines.')],
    ['an entry without a kind', good.replace('### Added\n\n', '')],
  ])('with %s is refused', (_, text) => {
    expect(checkChangelog(text)).toHaveLength(1);
  });
});

describe('records of decisions', () => {
  const record = (number: number) => ({
    path: `docs/decisions/000${number}-x.md`,
    text: `# ${number}. X\n\n**Context.** a\n\n**Decision.** b\n\n**Consequences.** c\n\n**Rejected.** d\n`,
  });

  test('in their form are accepted', () => {
    expect(checkDecisions([record(2), record(1)])).toEqual([]);
  });

  test.each([
    ['a gap', [record(1), record(3)]],
    ['a number twice', [record(1), { ...record(1), path: 'docs/decisions/0001-y.md' }]],
    ['no number', [{ ...record(1), path: 'docs/decisions/x.md' }]],
    ['another number in the title', [{ ...record(1), text: record(2).text }]],
    ['too many lines', [{ ...record(1), text: record(1).text + 'a\n'.repeat(60) }]],
    ['a part missing', [{ ...record(1), text: record(1).text.replace('Rejected', 'Else') }]],
  ])('with %s are refused', (_, records) => {
    expect(checkDecisions(records)).toHaveLength(1);
  });
});

test('each dependency has a line with its reason, and nothing else has', () => {
  const record = '| package | why |\n|---|---|\n| `fastify` | … |\n| `express` | … |\n';
  expect(checkDependencies(record, ['fastify', 'pino'])).toEqual([
    'pino has no line with its reason',
    'express is not in package.json',
  ]);
  expect(checkDependencies(record, ['fastify', 'express'])).toEqual([]);
  expect(checkDependencies('| `react`, `react-dom` | … |\n', ['react', 'react-dom'])).toEqual([]);
});
