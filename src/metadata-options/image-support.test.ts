/** Proves that an AMI's ImdsSupport goes one way. */

import { expect, test } from 'vitest';
import { readImdsSupport } from './image-support.ts';

test.each(['', 'v1.0', 'V2.0', 'none', 'no-preference'])("ImdsSupport cannot be unset, nor be '%s'", (value) => {
  expect(() => readImdsSupport(value)).toThrow(
    expect.objectContaining({
      code: 'InvalidParameterValue',
      message: `A value of '${value}' is not valid for ImdsSupport. Specify 'v2.0' and try again.`,
    }),
  );
});

test('ImdsSupport can be set to v2.0', () => {
  expect(readImdsSupport('v2.0')).toBe('v2.0');
});
