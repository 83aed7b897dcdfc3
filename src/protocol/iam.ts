/**
 * IAM's model, as the protocol reads and writes with it: iam.model.json, linked once at start.
 */

import { readFileSync } from 'node:fs';
import { linkService, type Model, type Service } from './model.ts';

const file = readFileSync(new URL('iam.model.json', import.meta.url), 'utf8');

export const iam: Service = linkService(JSON.parse(file) as Model);
