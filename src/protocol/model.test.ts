/**
 * Holds the committed model against the AWS SDK's schemas, and the overlay to what the schemas lack.
 */

import { readFileSync } from 'node:fs';
import * as sdk from '@aws-sdk/client-ec2';
import * as iamSdk from '@aws-sdk/client-iam';
import * as stsSdk from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { buildModel, formatModel, operationSchemas } from './build-model.ts';
import { ec2 } from './ec2.ts';
import { ec2Overlay, operations } from './ec2-overlay.ts';
import { iam } from './iam.ts';
import { iamOperations, iamOverlay } from './iam-overlay.ts';
import { linkService, type Model, type Structure } from './model.ts';
import { sts } from './sts.ts';
import { stsOperations, stsOverlay } from './sts-overlay.ts';

const MODELS = [
  { name: 'ec2', sdk, overlay: ec2Overlay, served: operations, service: ec2 },
  { name: 'iam', sdk: iamSdk, overlay: iamOverlay, served: iamOperations, service: iam },
  { name: 'sts', sdk: stsSdk, overlay: stsOverlay, served: stsOperations, service: sts },
];

const withoutOverlay = buildModel(sdk, { ...ec2Overlay, members: [], doubles: [] }, operations);

describe.each(MODELS)('the committed model of $name', ({ name, sdk, overlay, served, service }) => {
  test('is what generate.ts writes today', () => {
    const committed = readFileSync(new URL(`${name}.model.json`, import.meta.url), 'utf8');
    expect(committed).toBe(formatModel(buildModel(sdk, overlay, served)));
  });

  test('does not depend on the order in which operations are listed', () => {
    const reversed = buildModel(sdk, overlay, served.toReversed());
    expect(formatModel(reversed)).toBe(formatModel(buildModel(sdk, overlay, served)));
  });

  test('has the operations that are served and no others', () => {
    expect([...service.operations.keys()].toSorted()).toEqual(served.toSorted());
  });

  test('an operation that the SDK does not have stops the generator', () => {
    expect(() => buildModel(sdk, overlay, ['RunInstance'])).toThrow('the SDK has no operation RunInstance');
  });
});

describe('the overlay', () => {
  test.each(ec2Overlay.members)('adds $member.0 to $shape, which the SDK lacks', ({ shape, after, member: [name] }) => {
    expect(membersOf(shape)).not.toContain(name);
    expect(membersOf(shape)).toContain(after);
  });

  test.each(ec2Overlay.doubles)('%s is a number of the SDK', (path) => {
    const [shape = '', member] = path.split('.');
    const found = withoutOverlay.shapes[shape];
    const members = found && 'members' in found ? found.members : [];
    expect(members.find(([name]) => name === member)?.[1]).toBe('integer');
  });

  function membersOf(name: string): string[] {
    const shape = withoutOverlay.shapes[name];
    return shape && 'members' in shape ? shape.members.map(([member]) => member) : [];
  }
});

describe('linkService', () => {
  test('a shape may contain itself', () => {
    const { operations } = linkService({
      protocol: 'ec2',
      xmlNamespace: '',
      operations: { Nest: ['Box', null] },
      shapes: {
        Box: { members: [['Boxes', 'BoxList', 'Box', 'boxSet']] },
        BoxList: { list: 'Box', item: 'item' },
      },
    });
    const box = operations.get('Nest')?.input as Structure;
    const boxes = box.members[0]?.shape;
    expect(boxes?.kind === 'list' && boxes.element).toBe(box);
  });

  test('a name that means nothing is a bug, found at start', () => {
    const model: Model = { protocol: 'ec2', xmlNamespace: '', operations: { Nest: ['Box', null] }, shapes: {} };
    expect(() => linkService(model)).toThrow('the model has no shape Box');
  });
});

test('the SDK of the tests has the schemas in the form that build-model.ts knows', () => {
  expect(operationSchemas(sdk).get('RebootInstances')).toHaveLength(6);
});
