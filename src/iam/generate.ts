/**
 * Writes condition-keys.json: `npx node src/iam/generate.ts`, after a new version of the authorisation data.
 *
 * For development only. A test checks that the committed file is what this would write.
 */

import { writeFileSync } from 'node:fs';
import { buildConditionKeyTable, formatConditionKeyTable } from './build-condition-keys.ts';

const table = await buildConditionKeyTable();
writeFileSync(new URL('condition-keys.json', import.meta.url), formatConditionKeyTable(table));
