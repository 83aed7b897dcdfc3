/**
 * Who may have how many of the files that a process may open.
 */

import { expect, test } from 'vitest';
import { openFilesLimit, shareOpenFiles } from './open-files.ts';

test('the API always has some, and metadata services the most', () => {
  for (const limit of [32, 64, 1024, 20_000]) {
    const { apiConnections, metadataServices } = shareOpenFiles(limit);
    expect(apiConnections).toBeGreaterThanOrEqual(4);
    expect(metadataServices).toBeGreaterThanOrEqual(2 * apiConnections);
    expect(apiConnections + metadataServices).toBeLessThanOrEqual(Math.max(16, limit));
  }
  expect(shareOpenFiles(Number.POSITIVE_INFINITY)).toEqual({
    apiConnections: 1024,
    metadataServices: Number.POSITIVE_INFINITY,
  });
});

test('the limit is what the system says', () => {
  expect(openFilesLimit()).toBeGreaterThan(0);
});
