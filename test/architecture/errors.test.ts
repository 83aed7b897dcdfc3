/**
 * The comparison of errors, tried on tables that disagree with the code or with the tests.
 */

import { describe, expect, test } from 'vitest';
import { checkErrors } from './errors.ts';

const CODE = `return new AwsError('InvalidVpcID.NotFound', 400, \`No vpc \${id} here\`);
return new AwsError(
  'AuthFailure',
  401,
  'who',
);`;
const ROWS = `| \`InvalidVpcID.NotFound\` | 400 | when | No vpc … here | [a](../src/a.test.ts) |
| \`AuthFailure\` | 401 | when | *says who* | [b](../test/b.case) |
`;
const VPC = "expect(code).toBe('InvalidVpcID.NotFound');";

function problems({ code = CODE, rows = ROWS, vpc = VPC } = {}): string[] {
  return checkErrors([
    { path: 'src/aws-errors.ts', text: code },
    { path: 'docs/errors.md', text: rows },
    { path: 'src/a.test.ts', text: vpc },
    { path: 'test/b.case', text: '401 AuthFailure AWS was not able …' },
  ]);
}

test('code, table and tests that agree are accepted', () => {
  expect(problems()).toEqual([]);
});

describe('refused is', () => {
  test.each([
    ['a code without a row', { rows: ROWS.split('\n')[0] ?? '' }, 'has no row'],
    ['a row without a code', { rows: `${ROWS}| \`Gone\` | 400 | when | x | [b](../test/b.case) |\n` }, 'nothing makes'],
    ['two rows', { rows: `${ROWS}| \`AuthFailure\` | 401 | when | who | [b](../test/b.case) |\n` }, 'two rows'],
    ['other words', { rows: ROWS.replace('No vpc', 'Not a vpc') }, 'words that nothing says'],
    ['another status', { rows: ROWS.replace('401', '403') }, 'answered with 401'],
    ['a row without a test', { rows: ROWS.replace('[b](../test/b.case)', '') }, 'names no test'],
    ['a test that does not exist', { rows: ROWS.replace('b.case', 'c.case') }, 'not provoked'],
    [
      'a test that does not say the code',
      { vpc: "expect(code).toBe('InvalidVpcID.NotFoundElsewhere');" },
      'not provoked',
    ],
    ['a code that is not written out', { code: `${CODE}\nnew AwsError(code, 400, 'z');` }, 'not written out'],
  ])('%s', (_, changed, because) => {
    expect(problems(changed).join('\n')).toContain(because);
  });
});
