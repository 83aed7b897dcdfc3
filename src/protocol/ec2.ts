/**
 * EC2's model, as the protocol reads and writes with it: ec2.model.json, linked.
 *
 * Reading it takes a few milliseconds, once at start.
 */

import { readFileSync } from 'node:fs';
import { linkService, type Model, type Service } from './model.ts';

const file = readFileSync(new URL('ec2.model.json', import.meta.url), 'utf8');

export const ec2: Service = linkService(JSON.parse(file) as Model);
