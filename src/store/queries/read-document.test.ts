/** Documents that are read once, and what becomes of them when the store has another text. */

import { expect, test } from 'vitest';
import { readDocument } from './read-document.ts';

const text = (value: unknown) => JSON.stringify(value);

test('a document is what its text says, whatever was read under its name before', () => {
  expect(readDocument('a', text({ n: 1 }))).toEqual({ n: 1 });
  expect(readDocument('b', text({ n: 2 }))).toEqual({ n: 2 });
  expect(readDocument('a', text({ n: 3 }))).toEqual({ n: 3 });
  expect(readDocument('a', text({ n: 1 }))).toEqual({ n: 1 });
});

test('the same text is read once', () => {
  const first = readDocument('same', text({ list: [{ n: 1 }] }));
  expect(readDocument('same', text({ list: [{ n: 1 }] }))).toBe(first);
});

test('nobody changes what others are given', () => {
  const found = readDocument<{ list: { n: number }[]; n?: number }>('frozen', text({ list: [{ n: 1 }] }));
  expect(() => Object.assign(found, { n: 2 })).toThrow(TypeError);
  expect(() => found.list.push({ n: 2 })).toThrow(TypeError);
  expect(() => Object.assign(found.list[0] ?? {}, { n: 2 })).toThrow(TypeError);
});

test('those that were not asked for longest are forgotten when there is too much', () => {
  const large = text({ large: 'x'.repeat(100_000) });
  const [first, second] = ['first', 'second'].map((name) => readDocument(name, large));
  for (let n = 0; n < 60; n++) readDocument(`large ${n}`, large);
  expect(readDocument('first', large)).toBe(first);
  for (let n = 60; n < 100; n++) readDocument(`large ${n}`, large);
  expect(readDocument('first', large)).toBe(first);
  expect(readDocument('second', large)).not.toBe(second);
});
