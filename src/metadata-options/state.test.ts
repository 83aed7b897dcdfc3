/** Proves when MetadataOptions.State is pending and when applied. */

import { expect, test } from 'vitest';
import { optionsState } from './state.ts';

test('until its host has applied a revision, the state is pending', () => {
  expect(optionsState({ State: 'pending', optionsRevision: 7, appliedRevision: 0 })).toBe('pending');
  expect(optionsState({ State: 'running', optionsRevision: 9, appliedRevision: 8 })).toBe('pending');
});

test('running: pending, then applied without a restart', () => {
  expect(optionsState({ State: 'running', optionsRevision: 9, appliedRevision: 9 })).toBe('applied');
});

test('a later revision of something else leaves the options applied', () => {
  expect(optionsState({ State: 'running', optionsRevision: 9, appliedRevision: 12 })).toBe('applied');
});

test('stopped: a change is pending until the next start, options that were applied stay so', () => {
  expect(optionsState({ State: 'stopped', optionsRevision: 12, appliedRevision: 9 })).toBe('pending');
  expect(optionsState({ State: 'stopped', optionsRevision: 9, appliedRevision: 9 })).toBe('applied');
});

test('terminated: pending for ever', () => {
  expect(optionsState({ State: 'terminated', optionsRevision: 9, appliedRevision: 9 })).toBe('pending');
});
