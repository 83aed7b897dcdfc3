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
import { printableLines } from '../printable.ts';
import { startProgress } from '../progress.ts';
import { diagnose, type Facts, hostsOf, isPlaced } from './diagnose.ts';
import type { Finding } from './findings.ts';
import { type Outcome, observe, type Seen } from './observe.ts';
import { environmentIn, isSame, type Place, placeOf, probeFrom } from './place.ts';
import { proxyVariableFor } from './proxy-variables.ts';

export type ExplainOptions = { from?: string; output: 'table' | 'json' };

/** @throws Failure when there is no such instance, or it cannot be looked at from there */
export async function explainInstance(target: Target, InstanceId: string, options: ExplainOptions): Promise<number> {
  const elsewhere = options.from === undefined ? undefined : placeOf(options.from);
  const instance = await settledInstance(target, InstanceId);
  const { place, from } = whereToLook(instance, elsewhere);
  const about = place?.about ?? 'this machine';
  const seen = isPlaced(instance) ? await look(place, urlsOf(instance), about) : {};
  const proxy = proxyVariableFor(environmentIn(place ?? {}), hostsOf(seen));
  const findings = diagnose({ instance, from, seen, proxy });
  const report = { InstanceId: instance.InstanceId, from: about, seen, findings };
  const shown = options.output === 'json' ? await format(report, 'json') : text(about, seen, findings);
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

/** @returns the place, which is this machine's own network where there is none */
function whereToLook(
  { Substrate, Endpoints: { netns } }: ListedInstance,
  elsewhere: Place | undefined,
): { place?: Place; from: Facts['from'] } {
  const own = Substrate === 'loopback' ? undefined : { path: `/run/netns/${netns}`, about: 'the instance' };
  if (elsewhere && !(own && isSame(elsewhere, own))) return { place: elsewhere, from: 'elsewhere' };
  return own ? { place: own, from: 'instance' } : { from: 'machine' };
}

type Urls = { ipv4?: string; ipv6?: string };

/** In a namespace EC2's addresses are asked whatever the options say; on loopback an endpoint that is off has none. */
function urlsOf({ Substrate, Endpoints: { ipv4, ipv6 } }: ListedInstance): Urls {
  if (Substrate !== 'loopback') return { ipv4: 'http://169.254.169.254', ipv6: 'http://[fd00:ec2::254]' };
  return { ...(ipv4 !== undefined && { ipv4 }), ...(ipv6 !== undefined && { ipv6 }) };
}

async function look(place: Place | undefined, urls: Urls, about: string): Promise<Facts['seen']> {
  const progress = startProgress(`asking from ${about}`);
  try {
    const all = Object.values(urls);
    const seen = place ? await probeFrom(place, all) : await Promise.all(all.map(observe));
    return Object.fromEntries(Object.keys(urls).map((family, index) => [family, seen[index]]));
  } finally {
    progress.end();
  }
}

// ─── What people are shown ───────────────────────────────────────────────────────────────────────────────────────────

function text(about: string, { ipv4, ipv6 }: Facts['seen'], findings: Finding[]): string {
  const told = findings.map(({ says, command }) => (command ? `${says}:\n  ${command}` : `${says}.`));
  const columns = [ipv4, ipv6].filter((seen) => seen !== undefined);
  const rows = ROWS.map(([heading, value]) => [heading, ...columns.map((seen) => value(seen) ?? '-')]);
  // What has not been asked anywhere would say nothing.
  const asked = rows.filter(([, ...cells]) => cells.some((cell) => cell !== '-'));
  const table = aligned([[`From ${about}`, ...columns.map(({ url }) => url)], ...asked]).join('\n');
  return printableLines([...(columns.length > 0 ? [table] : []), ...told].join('\n\n'));
}

const ROWS: [heading: string, value: (seen: Seen) => string | undefined][] = [
  ['GET without a token', ({ get }) => words(get)],
  ['token PUT', ({ put }) => words(put)],
  ['GET with that token', ({ getWithToken }) => words(getWithToken)],
  ['hops to the service', ({ hops }) => hops?.toString()],
];

function words(outcome: Outcome | undefined): string | undefined {
  return outcome?.outcome === 'answered' ? String(outcome.status) : outcome?.outcome;
}
