/**
 * EC2's own API as our commands call it: one signed request of its Query protocol, and its own words where it refuses.
 *
 * When it does as asked its answer is of no use: what came of it our own API says (`control-plane.ts`).
 */

import { readHealth, regionOf, send, signingKey, type Target } from './control-plane.ts';
import { Failure } from './failure.ts';
import { printable } from './printable.ts';
import { signRequest } from './sign.ts';

/** @throws Failure with EC2's own words when it refuses */
export type Order = (Action: string, parameters: Record<string, string>) => Promise<void>;

/** @throws Failure when nothing of ours answers there, or there is no key to sign with */
export async function connectToEc2(target: Target): Promise<Order> {
  const key = await signingKey(target, await readHealth(target), process.env);
  return async (Action, parameters) => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', ...parameters }).toString();
    const request = { method: 'POST', url: new URL('/', target.address), body };
    const signing = { key, region: regionOf(process.env), service: 'ec2', nowMs: Date.now() };
    const answer = await send(request, { ...signRequest(request, signing), ...FORM });
    // Read in any case: a connection with half of an answer in it would keep the command from ending.
    const xml = await answer.text();
    if (!answer.ok) throw refusal(answer.status, xml);
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

function refusal(status: number, xml: string): Failure {
  const [code, message] = [elementOf(xml, 'Code'), elementOf(xml, 'Message')];
  return new Failure(printable(`${message ?? 'the control plane refused'} (${code ?? status})`));
}

/** Of an error, whose elements hold nothing but text. */
function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(lt|gt|quot|apos|amp);/g, (_all, entity: keyof typeof ENTITIES) => ENTITIES[entity]);
}

const ENTITIES = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
