/** How policies of levels are laid over each other, with AWS's examples. */

import { describe, expect, test } from 'vitest';
import { effectivePolicy, type PolicyNode, type Value, type ValueOperator } from './policy-inheritance.ts';

type Said = { assign?: Value; append?: string[]; remove?: string[]; allowed?: ValueOperator[] };

function node({ allowed, ...said }: Said, children: Record<string, PolicyNode> = {}): PolicyNode {
  return { ...said, ...(allowed && { allowed: new Set(allowed) }), children: new Map(Object.entries(children)) };
}

const setting = (said: Said): PolicyNode => node({}, { setting: node(said) });
const effective = (...levels: PolicyNode[][]) => effectivePolicy(levels).setting;

describe('a lower level does not', () => {
  test.each([
    ['@@assign', { assign: 'mine' }],
    ['@@append', { append: ['mine'] }],
    ['@@remove', { remove: ['theirs'] }],
  ])('use %s where the level above allows no operator', (_operator, said) => {
    const locked = setting({ assign: ['theirs'], allowed: [] });
    expect(effective([locked], [setting(said)])).toEqual(['theirs']);
  });

  test('use an operator that is not among those that are allowed', () => {
    const above = setting({ assign: ['Maintenance'], allowed: ['@@append'] });
    expect(effective([above], [setting({ assign: ['mine'] })])).toEqual(['Maintenance']);
    expect(effective([above], [setting({ remove: ['Maintenance'] })])).toEqual(['Maintenance']);
    expect(effective([above], [setting({ append: ['mine'] })])).toEqual(['Maintenance', 'mine']);
  });

  test('take back what a level above has said about operators', () => {
    const locked = setting({ assign: 'theirs', allowed: [] });
    const opening = setting({ allowed: ['@@assign', '@@append', '@@remove'] });
    expect(effective([locked], [opening], [setting({ assign: 'mine' })])).toBe('theirs');
  });

  test('add a setting below one that allows nothing', () => {
    const locked = node({}, { group: node({ allowed: [] }, { a: node({ assign: '1' }) }) });
    const adding = node({}, { group: node({}, { a: node({ assign: '2' }), b: node({ assign: '2' }) }) });
    // What is there already has a control of its own.
    expect(effectivePolicy([[locked], [adding]])).toEqual({ group: { a: '2' } });
  });
});

describe('what is in effect', () => {
  test('is nothing where nothing is said', () => {
    expect(effectivePolicy([])).toEqual({});
    expect(effectivePolicy([[], [node({})], [setting({ allowed: ['@@assign'] })]])).toEqual({});
  });

  test('is what the level nearest to the account assigns', () => {
    const levels = ['root', 'ou', 'account'].map((name) => [setting({ assign: name })]);
    expect(effective(...levels)).toBe('account');
  });

  test('of two policies at one level is what the one says that was attached first', () => {
    expect(effective([setting({ assign: 'PROJECT' }), setting({ assign: 'project' })])).toBe('PROJECT');
    const below = [setting({ assign: 'first' }), setting({ assign: 'second' })];
    expect(effective([setting({ assign: 'above' })], below)).toBe('first');
  });

  test('allows below two policies at one level what both allow', () => {
    const both = [
      setting({ assign: ['Maintenance'], allowed: ['@@append'] }),
      setting({ allowed: ['@@append', '@@remove'] }),
    ];
    expect(effective(both, [setting({ append: ['mine'], remove: ['Maintenance'] })])).toEqual(['Maintenance', 'mine']);
  });

  test('is not limited at the level that says what lower ones may do', () => {
    expect(effective([setting({ allowed: [] }), setting({ assign: 'same level' })])).toBe('same level');
  });

  test('@@append adds, @@remove takes away, @@assign replaces', () => {
    const above = setting({ assign: ['Development', 'Support'] });
    expect(effective([above], [setting({ append: ['Marketing', 'Support'] })])).toEqual([
      'Development',
      'Support',
      'Marketing',
    ]);
    expect(effective([above], [setting({ remove: ['Development', 'Marketing'] })])).toEqual(['Support']);
    expect(effective([above], [setting({ assign: ['Sandbox'] })])).toEqual(['Sandbox']);
    expect(effective([setting({ append: ['Sandbox'] })])).toEqual(['Sandbox']);
  });

  test('keeps what each level says of other settings', () => {
    const root = node({}, { a: node({ assign: 1 }), group: node({}, { b: node({ assign: true }) }) });
    const account = node({}, { group: node({}, { c: node({ assign: '' }) }) });
    expect(effectivePolicy([[root], [], [account]])).toEqual({ a: 1, group: { b: true, c: '' } });
  });

  test('holds names of any kind', () => {
    const policy = node({}, { ['__proto__']: node({ assign: 'x' }), constructor: node({ assign: 'y' }) });
    expect(JSON.stringify(effectivePolicy([[policy]]))).toContain('"constructor":"y"');
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
