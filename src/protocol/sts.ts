/**
 * STS's model, as the protocol reads and writes with it: sts.model.json, linked once at start.
 */

import { readFileSync } from 'node:fs';
import { linkService, type Model, type Service } from './model.ts';

const file = readFileSync(new URL('sts.model.json', import.meta.url), 'utf8');

export const sts: Service = linkService(JSON.parse(file) as Model);
