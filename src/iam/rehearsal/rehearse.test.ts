/** What policies decide of a described call, and why each statement matches or does not: the engine's own answer. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AttachedPolicy, PolicyType } from '../evaluate.ts';
import { compilePolicy } from '../policy/compile.ts';
import type { PolicyKind } from '../policy/policy.ts';
import { readPolicy } from '../policy/read.ts';
import type { DescribedCall } from './call.ts';
import { arrange, MADE_UP, rehearse } from './rehearse.ts';
import { tryStatements } from './trials.ts';

const ACCOUNT = '123456789012';
const principal = { type: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, account: ACCOUNT, id: 'AIDA' } as const;
const CALL = {
  scope: { account: ACCOUNT, region: 'us-east-1' },
  caller: { principal },
  nowMs: Date.UTC(2026, 10, 23),
  context: {},
};
const launch = (HttpTokens?: string): DescribedCall => ({
  ...CALL,
  what: { launch: { MinCount: 1, MaxCount: 1, ...(HttpTokens !== undefined && { MetadataOptions: { HttpTokens } }) } },
});
const modify = (HttpTokens: string): DescribedCall => ({
  ...CALL,
  what: { action: 'ec2:ModifyInstanceMetadataOptions', request: { HttpTokens }, instance: {} },
});

function attached(text: string, kind: PolicyKind = 'identity'): AttachedPolicy {
  return { name: 'given', policy: compilePolicy(readPolicy(text, kind)) };
}

const folder = new URL('../../../docs/policies/', import.meta.url);
const file = (name: string, kind: PolicyKind = 'identity') =>
  attached(readFileSync(new URL(name, folder), 'utf8'), kind);
const ALLOW_EC2 = '{"Version":"2012-10-17","Statement":{"Sid":"Ec2","Effect":"Allow","Action":"ec2:*","Resource":"*"}}';
const A = 'require-imdsv2-at-launch.json';

describe('where policies are attached', () => {
  test('alone, a policy that only denies allows nothing', () => {
    const { policies, everything } = arrange({ identity: [file(A)], scps: [] }, true);
    expect(everything).toEqual([]);
    expect(rehearse(launch('required'), policies)).toMatchObject({
      allowed: false,
      deciding: { decision: { decision: 'implicitDeny', type: 'identity' } },
    });
  });

  test('else what it does not deny is allowed beside it', () => {
    const { policies, everything } = arrange({ identity: [file(A)], scps: [] }, false);
    expect(everything).toEqual(['identity']);
    expect(rehearse(launch('required'), policies)).toMatchObject({
      allowed: true,
      deciding: { decision: { statement: { from: { name: MADE_UP } } } },
    });
    expect(rehearse(launch('optional'), policies)).toMatchObject({
      allowed: false,
      deciding: { decision: { decision: 'explicitDeny', statement: { statement: { Sid: 'RequireImdsV2' } } } },
    });
  });

  test('a policy that allows something has nothing beside it', () => {
    const { policies, everything } = arrange({ identity: [attached(ALLOW_EC2), file(A)], scps: [] }, false);
    expect(everything).toEqual([]);
    expect(rehearse(launch('required'), policies).deciding.decision.statement?.statement.Sid).toBe('Ec2');
  });

  test('root is bound by SCPs and by nothing else', () => {
    const root = { type: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT, id: ACCOUNT } as const;
    const call = { ...launch('optional'), caller: { principal: root } };
    const own = { identity: [file(A)], boundary: file(A, 'boundary'), session: file(A, 'session') };
    expect(rehearse(call, arrange({ ...own, scps: [] }, true).policies).allowed).toBe(true);
    expect(rehearse(call, arrange({ ...own, scps: [file(A, 'scp')] }, false).policies).allowed).toBe(false);
  });

  test('an SCP, a boundary and a session limit a caller who is allowed everything', () => {
    const scp = arrange({ identity: [], scps: [file(A, 'scp')] }, false);
    expect(scp.everything).toEqual(['identity', 'scp']);
    expect(rehearse(launch(), scp.policies).deciding.decision).toMatchObject({ decision: 'explicitDeny', type: 'scp' });
    expect(rehearse(launch('required'), scp.policies).allowed).toBe(true);
    for (const type of ['boundary', 'session'] as const) {
      const { policies } = arrange({ identity: [], scps: [], [type]: file(A, type) }, false);
      expect(rehearse(launch('required'), policies).deciding.decision).toMatchObject({
        decision: 'implicitDeny',
        type,
      });
    }
  });
});

describe('why a statement does not match', () => {
  const trialsOf = (call: DescribedCall, name: string) => {
    const { policies } = arrange({ identity: [file(name)], scps: [] }, true);
    return rehearse(call, policies).answers.map(({ request }) => tryStatements(request, policies)[0]);
  };

  test('it is about another action, another resource, or a condition does not hold', () => {
    expect(trialsOf(modify('required'), A)).toMatchObject([{ fails: 'action', conditions: [] }]);
    expect(trialsOf(launch('required'), A).map((trial) => trial?.fails)).toEqual([
      'condition',
      ...Array(5).fill('resource'),
    ]);
    expect(trialsOf(launch('required'), A)[0]?.conditions).toMatchObject([{ holds: false, given: ['required'] }]);
    expect(trialsOf(launch(), A)[0]).toMatchObject({ conditions: [{ holds: true }] });
    expect(trialsOf(launch(), A)[0]?.conditions[0]).not.toHaveProperty('given');
  });

  test.each(readdirSync(folder).filter((name) => name.endsWith('.json')))(
    'in %s those without a reason are those that apply',
    (name) => {
      const kinds: PolicyType[] = ['identity', 'scp', 'boundary', 'session'];
      for (const call of [launch(), launch('optional'), launch('required'), modify('optional'), modify('required')]) {
        const { policies } = arrange(
          {
            identity: [file(name)],
            scps: [file(name, 'scp')],
            boundary: file(name, 'boundary'),
            session: file(name, 'session'),
          },
          false,
        );
        for (const { request, decision } of rehearse(call, policies).answers) {
          const told = tryStatements(request, policies).filter(({ fails }) => fails === undefined);
          const plain = (each: { type: PolicyType; index: number; from: AttachedPolicy }) => [
            each.type,
            each.from,
            each.index,
          ];
          expect(told.map(plain)).toEqual(decision.matched.map(plain));
          for (const { type } of told) expect(kinds).toContain(type);
        }
      }
    },
  );
});
