/**
 * Writes <service>.model.json: `npx node src/protocol/generate.ts`, after a change of an overlay or a new version of an SDK.
 *
 * For development only. A test checks that the committed files are what this would write.
 */

import { writeFileSync } from 'node:fs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { buildModel, formatModel, type Overlay } from './build-model.ts';
import { ec2Overlay, operations } from './ec2-overlay.ts';
import { iamOperations, iamOverlay } from './iam-overlay.ts';
import { stsOperations, stsOverlay } from './sts-overlay.ts';

write('ec2', ec2, ec2Overlay, operations);
write('iam', iam, iamOverlay, iamOperations);
write('sts', sts, stsOverlay, stsOperations);

function write(service: string, sdk: object, overlay: Overlay, served: readonly string[]): void {
  writeFileSync(new URL(`${service}.model.json`, import.meta.url), formatModel(buildModel(sdk, overlay, served)));
}
