/** Proves that the catalogue has an image for every case that the option rules distinguish. */

import { expect, test } from 'vitest';
import { isWellFormedId } from '../ids.ts';
import { catalogueImages, findCatalogueImage } from './images.ts';
import { findInstanceType } from './instance-types.ts';

test('an image that does not exist is not found', () => {
  expect(findCatalogueImage('ami-0ffffffffffffffff')).toBeUndefined();
});

test('every image is found by a well-formed id, and no id or name comes twice', () => {
  for (const image of catalogueImages()) {
    expect(isWellFormedId('ami', image.ImageId), image.ImageId).toBe(true);
    expect(findCatalogueImage(image.ImageId)).toBe(image);
  }
  expect(new Set(catalogueImages().map((image) => image.ImageId)).size).toBe(catalogueImages().length);
  expect(new Set(catalogueImages().map((image) => image.Name)).size).toBe(catalogueImages().length);
});

test("the image of the page's examples leaves the options alone and runs on their instance types", () => {
  const image = findCatalogueImage('ami-0abcdef1234567890');
  expect(image).toMatchObject({ Architecture: 'x86_64', Public: true });
  expect(image).not.toHaveProperty('ImdsSupport');
  expect(findInstanceType('c3.large')?.Architecture).toContain('x86_64');
  expect(findInstanceType('t3.large')?.Architecture).toContain('x86_64');
});

test.each(['x86_64', 'arm64'])('there are images for %s with and without ImdsSupport', (architecture) => {
  const images = catalogueImages().filter((image) => image.Architecture === architecture);
  expect(images.some((image) => image.ImdsSupport === 'v2.0')).toBe(true);
  expect(images.some((image) => image.ImdsSupport === undefined)).toBe(true);
});
