/**
 * Writes ec2.model.json: `npx node src/protocol/generate.ts`, after a change of ec2-overlay.ts or a new version of the SDK.
 *
 * For development only. A test checks that the committed file is what this would write.
 */

import { writeFileSync } from 'node:fs';
import * as sdk from '@aws-sdk/client-ec2';
import { buildModel, formatModel } from './build-model.ts';
import { ec2Overlay, operations } from './ec2-overlay.ts';

writeFileSync(new URL('ec2.model.json', import.meta.url), formatModel(buildModel(sdk, ec2Overlay, operations)));
