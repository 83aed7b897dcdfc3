/**
 * Which files are tests, and how long one may take before it counts as hanging: many start real processes and clients,
 * several at a time, so the limit is far above what any of them needs. They mostly wait for those, so more files run at a
 * time than there are processors.
 */

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'console/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: availableParallelism() + 1,
  },
});
