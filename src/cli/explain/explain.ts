/**
 * `openimds explain INSTANCE [--from NETNS|PID]`: why a request to the instance's metadata service is answered as it is, or is
 * not answered: it asks as a program there would, and says which option is the cause and what would change it.
 *
 * It changes nothing. What it asks for is a session token, which it forgets, and the id of the instance.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedInstance } from '../../api/actions/openimds/list-instances.ts';
import { instancePages, type Target } from '../control-plane.ts';
import { Failure } from '../failure.ts';
import { aligned } from '../ls.ts';
import { format } from '../output.ts';
import { printable } from '../printable.ts';
import { startProgress } from '../progress.ts';
import { diagnose, type Facts } from './diagnose.ts';
import type { Finding } from './findings.ts';
import { type Outcome, observe, type Seen } from './observe.ts';
import { environmentIn, isSame, type Place, placeOf, probeFrom } from './place.ts';
import { proxyVariableFor } from './proxy-variables.ts';

export type ExplainOptions = { from?: string; output: 'table' | 'json' };

/** @throws Failure when there is nothing to explain, or it cannot be looked at from there */
export async function explainInstance(target: Target, InstanceId: string, options: ExplainOptions): Promise<number> {
  const instance = await settledInstance(target, InstanceId);
  const elsewhere = options.from === undefined ? undefined : placeOf(options.from);
  const { place, from } = whereToLook(instance, elsewhere);
  const urls = urlsOf(instance);
  const progress = startProgress(`asking from ${place?.about ?? 'this machine'}`);
  let seen: Facts['seen'] = {};
  try {
    if (instance.State === 'running') seen = await look(place, urls);
  } finally {
    progress.end();
  }
  const hosts = Object.values(urls).map((url) => new URL(url).hostname.replace(/[[\]]/g, ''));
  const proxy = proxyVariableFor(environmentIn(place ?? {}), hosts);
  const findings = diagnose({ instance, from, seen, proxy });
  const about = place?.about ?? 'this machine';
  const shown =
    options.output === 'json'
      ? await format({ InstanceId: instance.InstanceId, from: about, seen, findings }, 'json')
      : text(about, seen, findings);
  process.stdout.write(`${shown}\n`);
  return 0;
}

/** So long may a host need to bring options about before that is worth a word. */
const PATIENCE_MS = 2000;
const LOOK_AGAIN_MS = 50;

async function settledInstance(target: Target, InstanceId: string): Promise<ListedInstance> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const instance = await findInstance(target, InstanceId);
    const isOnItsWay = instance.State === 'pending' || instance.MetadataOptions.State === 'pending';
    if (!isOnItsWay || instance.State === 'stopped' || Date.now() > until) return instance;
    await delay(LOOK_AGAIN_MS);
  }
}

async function findInstance(target: Target, InstanceId: string): Promise<ListedInstance> {
  for await (const [instance] of instancePages(target, InstanceId)) {
    if (instance) return instance;
  }
  throw new Failure(`there is no instance ${InstanceId}`);
}

function whereToLook(
  { State, Substrate, Endpoints }: ListedInstance,
  elsewhere: Place | undefined,
): { place?: Place; from: Facts['from'] } {
  if (Substrate === 'loopback') return elsewhere ? { place: elsewhere, from: 'elsewhere' } : { from: 'machine' };
  if (State !== 'running' || Endpoints.netns === undefined) {
    return elsewhere ? { place: elsewhere, from: 'elsewhere' } : { from: 'instance' };
  }
  const own = { path: `/run/netns/${Endpoints.netns}`, about: 'the instance' };
  return elsewhere && !isSame(elsewhere, own)
    ? { place: elsewhere, from: 'elsewhere' }
    : { place: own, from: 'instance' };
}

type Urls = { ipv4?: string; ipv6?: string };

/** In a namespace EC2's addresses are asked whatever the options say; on loopback an endpoint that is off has none. */
function urlsOf({ Substrate, Endpoints: { ipv4, ipv6 } }: ListedInstance): Urls {
  if (Substrate !== 'loopback') return { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' };
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
}

async function look(place: Place | undefined, urls: Urls): Promise<Facts['seen']> {
  const all = Object.values(urls);
  const seen = place ? await probeFrom(place, all) : await Promise.all(all.map(observe));
  const found = Object.entries(urls).map(([family, url]) => [family, seen.find((each) => each.url === url)]);
  return Object.fromEntries(found);
}

// ─── What people are shown ───────────────────────────────────────────────────────────────────────────────────────────

function text(about: string, { ipv4, ipv6 }: Facts['seen'], findings: Finding[]): string {
  const told = findings.map(({ says, command }) => (command ? `${says}:\n  ${command}` : `${says}.`));
  const columns = [ipv4, ipv6].filter((seen) => seen !== undefined);
  if (columns.length === 0) return told.map(printable).join('\n\n');
  const rows = ROWS.map(([heading, value]) => [heading, ...columns.map(value)]);
  const table = [[`From ${about}`, ...columns.map(({ url }) => url)], ...rows];
  return [
    ...aligned(table).map(printable),
    '',
    told.map((each) => each.split('\n').map(printable).join('\n')).join('\n\n'),
  ].join('\n');
}

const ROWS: [heading: string, value: (seen: Seen) => string][] = [
  ['GET without a token', ({ get }) => words(get)],
  ['token PUT', ({ put }) => words(put)],
  ['GET with that token', ({ getWithToken }) => words(getWithToken)],
  ['hops to the service', ({ hops }) => String(hops ?? '-')],
];

function words(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '-';
  return outcome.outcome === 'answered' ? String(outcome.status) : outcome.outcome;
}
