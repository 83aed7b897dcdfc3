/**
 * `openimds policy …` as a user has it: what it prints, and its exit status, with no control plane anywhere.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, OPENIMDS, type Ran, run } from '../../../test/openimds.ts';
import { packagePath } from '../package.ts';

const folder = mkdtempSync(join(tmpdir(), 'openimds-policies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DOCS = packagePath('docs', 'policies');
const A = join(DOCS, 'require-imdsv2-at-launch.json');
const B = join(DOCS, 'cap-hop-limit.json');

function policy(...args: string[]): Promise<Ran> {
  return run(OPENIMDS, ['policy', ...args], { ...cleanEnvironment(), OPENIMDS_ADDRESS: 'http://127.0.0.1:9' });
}

function written(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const MISSPELT = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "ec2:RunInstances",
    "Resource": "arn:aws:ec2:*:*:instance/*",
\t"Condition": {"StringNotEquals": {"ec2:MetadataHttpToken": "required"}}
  }
}
`;

describe('check', () => {
  const files = readdirSync(DOCS).filter((name) => name.endsWith('.json'));

  test('the policies of the documentation have nothing wrong with them, as identity policies and as SCPs', async () => {
    for (const type of ['identity', 'scp']) {
      const { status, stdout } = await policy(
        'check',
        '--strict',
        '--type',
        type,
        ...files.map((name) => join(DOCS, name)),
      );
      expect(status).toBe(0);
      expect(stdout).toContain(`\n${files.length} policies: 2 notes.\n`);
    }
  });

  test('a misspelt key: where it is, the line, and what was meant', async () => {
    const file = written('misspelt.json', MISSPELT);
    expect(await policy('check', file)).toEqual({
      status: 1,
      stderr: '',
      stdout: `${file}:7:36: error: there is no condition key \`ec2:MetadataHttpToken\` [unknown-key]
  7 |  "Condition": {"StringNotEquals": {"ec2:MetadataHttpToken": "required"}}
    |                                    ^
  = did you mean \`ec2:MetadataHttpTokens\`?

1 policy: 1 error.
`,
    });
  });

  test('--output json has the same for programs', async () => {
    const file = written('misspelt.json', MISSPELT);
    const { status, stdout } = await policy('check', '--output', 'json', file, A);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      type: 'identity',
      files: [
        {
          file,
          findings: [
            {
              ...{ line: 7, column: 36, rule: 'unknown-key', severity: 'error' },
              says: 'there is no condition key `ec2:MetadataHttpToken`',
              hint: 'did you mean `ec2:MetadataHttpTokens`?',
            },
          ],
          more: false,
          notLookedUp: [],
        },
        { file: A, findings: [], more: false, notLookedUp: [] },
      ],
    });
  });

  test('standard input; a warning fails with --strict only', async () => {
    const text = MISSPELT.replace('HttpToken"', 'HttpTokens"').replace('RunInstances', 'ModifyInstanceMetadataOptions');
    const file = written('warning.json', text);
    for (const [flags, expected] of [
      ['', 0],
      ['--strict', 1],
    ] as const) {
      const ran = await run('/bin/sh', ['-c', `${OPENIMDS} policy check ${flags} - < '${file}'`], cleanEnvironment());
      expect(ran.status).toBe(expected);
      expect(ran.stdout).toMatch(/^standard input:7:36: warning: .*\[denies-the-fix\]\n/);
      expect(ran.stdout).toContain('1 policy: 1 warning.');
    }
  });

  test('a trust policy that is checked as another: how to check it', async () => {
    const Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const file = written('trust.json', JSON.stringify({ Version: '2012-10-17', Statement }));
    expect((await policy('check', file)).stdout).toContain('  = for the trust policy of a role: --type trust; ');
    expect(await policy('check', '--type', 'trust', file)).toMatchObject({
      status: 0,
      stdout: '1 policy: nothing found.\n',
    });
  });

  test('a place far to the right in a file of one line', async () => {
    const file = written('line.json', JSON.stringify(JSON.parse(MISSPELT)));
    const [, line, mark] = (await policy('check', file)).stdout.split('\n');
    expect(line).toMatch(/^ {2}1 \| ….*$/);
    expect(line?.slice(mark?.indexOf('^'))).toMatch(/^"ec2:MetadataHttpToken"/);
  });

  mkdirSync(join(folder, 'directory'));
  test.each([
    ['an empty file', written('empty.json', ''), 'is empty'],
    ['no file', join(folder, 'nothing.json'), 'there is no such file'],
    ['a directory', join(folder, 'directory'), 'is a directory; name the files in it'],
    ['a program', written('binary.json', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xfe, 0x00])), 'is no text in UTF-8'],
    ['UTF-16', written('utf16.json', new Uint8Array([0xff, 0xfe, 0x7b, 0x00])), 'is UTF-16, as Windows writes it'],
    ['a file without end', '/dev/zero', 'is larger than 4 MiB'],
  ])('%s is an error of one line, and the other files are looked at', async (_, file, sentence) => {
    const { status, stdout, stderr } = await policy('check', file, A);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^error: .*\n\n2 policies: 1 error\.\n$/);
    expect(stdout).toContain(sentence);
  });

  test('what stands in a file does not act on a terminal', async () => {
    const file = written('hostile.json', '{"\u001b[2J\u202e": 1}');
    const { stdout } = await policy('check', '--type', 'scp', file);
    expect(stdout).toContain('\\u001b[2J\\u202e');
    for (const character of ['\u001b', '\u202e']) expect(stdout).not.toContain(character);
  });

  test('a megabyte of statements', async () => {
    const Statement = Array.from({ length: 12_000 }, () => JSON.parse(MISSPELT).Statement);
    const { status, stdout } = await policy(
      'check',
      written('huge.json', JSON.stringify({ Version: '2012-10-17', Statement })),
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/error: the policy has [\d,]+ characters without white space; AWS takes 6,144 \[size\]/);
  });
});

describe('test', () => {
  const names = readdirSync(DOCS).filter((name) => name.endsWith('.json'));

  test.each(names)('docs/policies/%s decides as its cases say, as an identity policy and as an SCP', async (name) => {
    const cases = join(DOCS, 'cases', `${basename(name, '.json')}.yaml`);
    for (const as of ['identity', 'scp']) {
      const { status, stdout, stderr } = await policy('test', join(DOCS, name), '--as', as, '--cases', cases);
      expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/: \d+ cases, all as expected\.\nA policy AllowEverything beside it/);
    }
  });

  test('a case that comes out otherwise: what was expected, what came, and why', async () => {
    const cases = written(
      'cases.yaml',
      'cases:\n  - name: IMDSv2 is refused\n    launch: --metadata-options HttpTokens=required\n    expect: denied\n    Sid: RequireImdsV2\n',
    );
    const { status, stdout } = await policy('test', A, '--cases', cases);
    expect(status).toBe(1);
    expect(stdout).toBe(`${cases}:2:5: IMDSv2 is refused
  expected  denied, by RequireImdsV2
  came      allowed by AllowEverything
            ec2:RunInstances on instance/* by user/alice
    ${A}:4:5 RequireImdsV2: ec2:MetadataHttpTokens is "required": StringNotEquals "required" does not hold

${A}: 1 case, 1 not as expected.
A policy AllowEverything beside it allows the rest; --alone leaves it out.
`);
  });

  test('denied by another statement than the case says is not as expected', async () => {
    const line = (Sid: string) => `  - {name: a, launch: "", expect: denied, Sid: ${Sid}}\n`;
    const cases = written('sids.yaml', `cases:\n${line('RequireImdsV2')}${line('Other')}`);
    const { status, stdout } = await policy('test', A, '--cases', cases, '--output', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ passed: 1, failed: 1, cases: [{ passed: true }, { passed: false }] });
  });

  test('--beside says what else is allowed, --alone that nothing is', async () => {
    const allow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ec2:Start*', Resource: '*' } };
    const beside = written('allow.json', JSON.stringify(allow));
    const cases = written(
      'beside.yaml',
      "cases:\n  - {name: a, action: 'ec2:StartInstances', expect: allowed}\n  - {name: b, action: 'ec2:StopInstances', expect: implicitDeny}\n",
    );
    expect((await policy('test', A, '--cases', cases, '--beside', beside)).status).toBe(0);
    expect((await policy('test', A, '--cases', cases)).status).toBe(1);
    expect((await policy('test', A, '--cases', cases, '--alone')).stdout).toContain('1 not as expected');
  });

  test.each([
    ['launch: --metadata-options HttpTokens=maybe', "A value of 'maybe' is not valid for HttpTokens."],
    ['launch: --imag-id ami-1', 'run-instances has no flag --imag-id; did you mean --image-id?'],
    ['action: ec2:StartInstance', 'there is no action ec2:StartInstance; did you mean ec2:StartInstances?'],
    ['action: ec2:RunInstances', 'describe it with launch'],
    ['{launch: "", principal: bob}', '`bob` is no principal'],
    ['{launch: "", delivery: 1.0}', 'a delivery is of the credentials of a role'],
    ['{launch: "", principal: role/a, delivery: 3.0}', 'a delivery is 1.0, by IMDSv1, or 2.0, by IMDSv2'],
    ['{launch: "", context: {ec2:Instancetyp: a}}', 'there is no condition key ec2:Instancetyp'],
  ])('what cannot be called is named with its place: %s', async (lines, sentence) => {
    const members = lines.replace(/^\{|\}$/g, '');
    const text = lines.startsWith('{')
      ? `cases:\n  - {name: a, expect: denied, ${members}}\n`
      : `cases:\n  - name: a\n    expect: denied\n    ${lines}\n`;
    const cases = written('wrong.yaml', text);
    const { status, stdout, stderr } = await policy('test', A, '--cases', cases);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`openimds: ${cases}:2:5: `);
    expect(stderr).toContain(sentence);
  });
});

/** What docs/operating.md shows below its heading. */
function documented(fence: string): string[] {
  const text = readFileSync(packagePath('docs', 'operating.md'), 'utf8');
  const [section = ''] = /^## Policies before they are attached$.*?(?=^## )/ms.exec(text) ?? [];
  return Array.from(section.matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, 'gms')), ([, block = '']) => block);
}

describe('docs/operating.md', () => {
  test('its cases are as the policy decides', async () => {
    const [block = ''] = documented('yaml');
    const { status, stdout } = await policy('test', A, '--cases', written('documented.yaml', block));
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('2 cases, all as expected.');
  });

  test('its launch is shown as it is', async () => {
    const [, shown = ''] = documented('console');
    const launch = ['--launch', '--metadata-options HttpTokens=optional'];
    const { stdout } = await policy('simulate', '--policy', A, '--scp', B, ...launch);
    expect(shown).toContain(stdout.replaceAll(`${DOCS}/`, ''));
  });
});

describe('simulate', () => {
  test('a launch: each resource, the statement that decides, why, and why others do not, in one screen', async () => {
    const launch = '--instance-type t3.micro --metadata-options HttpTokens=optional';
    const { status, stdout } = await policy('simulate', '--policy', A, '--policy', B, '--launch', launch);
    expect(status).toBe(0);
    expect(stdout).toBe(`DENIED: ec2:RunInstances by user/alice

>  instance/*                           denied by ${A}:4:5 RequireImdsV2
   image/ami-0abcdef1234567890          allowed by AllowEverything
   subnet/subnet-0123456789abcdef0      allowed by AllowEverything
   network-interface/*                  allowed by AllowEverything
   volume/*                             allowed by AllowEverything
   security-group/sg-0123456789abcdef0  allowed by AllowEverything

ec2:RunInstances on instance/*: explicit deny in the identity-based policy ${A}:4:5 RequireImdsV2
  ec2:MetadataHttpTokens is "optional": StringNotEquals "required" holds

Other statements:
  ${B}:4:5 MaxImdsHopLimit (Deny): ec2:MetadataHttpPutResponseHopLimit is not in the request: NumericGreaterThan "3" does not hold

AllowEverything was put beside the identity policies, which allow nothing; --alone leaves it out.
`);
    expect(stdout.split('\n').length).toBeLessThan(24);
  });

  test('another action, of an instance session, under an SCP', async () => {
    const scp = join(DOCS, 'credentials-from-imdsv2.json');
    const flags = ['--action', 'ec2:DescribeInstances', '--principal', 'role/app', '--delivery'];
    const { stdout } = await policy('simulate', '--scp', scp, ...flags, '1.0');
    expect(stdout).toMatch(/^DENIED: ec2:DescribeInstances by assumed-role\/app\/i-0123456789abcdef0\n/);
    expect(stdout).toContain('explicit deny in the service control policy');
    expect(stdout).toContain('\n  ec2:RoleDelivery is "1.0": NumericLessThan "2.0" holds\n');
    expect((await policy('simulate', '--scp', scp, ...flags, '2.0')).stdout).toMatch(/^ALLOWED/);
  });

  test('a boundary that lacks the action, and the request, the instance and keys as they are said', async () => {
    const keep = join(DOCS, 'keep-imdsv2.json');
    const call = ['--action', 'ec2:ModifyInstanceMetadataOptions', '--request', 'HttpTokens=required'];
    const { stdout } = await policy('simulate', '--boundary', keep, ...call);
    expect(stdout).toContain('implicit deny: no permissions boundary allows it');
    const more = ['--instance', 'HttpTokens=required', '--context', 'aws:SourceIp=192.0.2.1', '--output', 'json'];
    const report = JSON.parse((await policy('simulate', '--policy', keep, ...call, ...more)).stdout);
    expect(report).toMatchObject({
      decision: 'allowed',
      allowsEverythingBeside: ['identity'],
      questions: [
        {
          decision: 'allowed',
          context: { 'ec2:MetadataHttpTokens': ['required'], 'aws:SourceIp': ['192.0.2.1'] },
          statements: [{ Sid: 'KeepImdsV2', line: 4, column: 5, matches: false }, { matches: true }],
        },
      ],
    });
  });

  test.each([
    [['--launch', ''], 2, 'name a policy: --policy, --scp, --boundary or --session'],
    [['--policy', A], 2, 'say either a launch or an action'],
    [['--policy', A, '--launch', '', '--action', 'ec2:StartInstances'], 2, 'say either a launch or an action'],
    [['--policy', A, '--launch', '--metadata-options HttpTokens=maybe'], 2, "A value of 'maybe' is not valid"],
    [['--policy', written('half.json', '{"Version"'), '--launch', ''], 1, 'half.json:1:11: the JSON does not end'],
  ])('%j is refused in one sentence', async (args, expected, sentence) => {
    const { status, stdout, stderr } = await policy('simulate', ...args);
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
    expect(stderr).toMatch(/^openimds: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });
});
