/**
 * `openimds fault …`: sets, shows and clears the faults of an instance, and says what clients see from then on.
 *
 * A command that changes something returns when the instance's host has brought it about, so that the next line of a
 * script meets the fault. What a fault may be is the API's to say; its words are printed as they are.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import type { DescribedFaults } from '../api/instance-faults.ts';
import type { Faults } from '../model.ts';
import { type Ask, connectTo, type Target } from './control-plane.ts';
import { aligned } from './ls.ts';
import { type ShowOptions, show } from './output.ts';

/** What a fault is called on the command line. */
const FIELDS = {
  latency: 'LatencyMs',
  errors: 'Errors',
  'hang-token-put': 'HangTokenPut',
  throttle: 'PacketsPerSecond',
  credentials: 'CredentialsLifetimeSeconds',
} as const satisfies Record<string, keyof Faults>;

type Name = keyof typeof FIELDS;
type Seen = { name: Name; setting: string; seen: string };

/** How long a host may take to bring about what is asked of it. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 20;

/** @param change as the API takes it, of one fault */
export async function changeFaults(target: Target, InstanceId: string, change: object): Promise<number> {
  const ask = await connectTo(target);
  const { Faults } = await ask<DescribedFaults>('PATCH', pathOf(InstanceId), { body: change });
  const lines = 'ExpireTokens' in change ? TOKENS_EXPIRED : namesIn(change).flatMap((name) => nowSeen(name, Faults));
  const [first, ...others] = lines.map((line) => line.replace('INSTANCE', InstanceId));
  print(`${InstanceId}: ${first}`, ...others, ...(await whenInForce(ask, InstanceId)));
  return 0;
}

const TOKENS_EXPIRED = [
  'session tokens from before answer 401, and new ones are good at once.',
  'It cannot be undone: clients have to ask for a new one.',
];

/** @param name of a fault; all where none is named */
export async function clearFaults(target: Target, InstanceId: string, name: string | undefined): Promise<number> {
  const ask = await connectTo(target);
  const path = pathOf(InstanceId);
  const { Faults } =
    name === undefined
      ? await ask<DescribedFaults>('DELETE', path)
      : await ask<DescribedFaults>('PATCH', path, { body: { [FIELDS[name as Name]]: null } });
  const left = whatIsSeen(Faults).map((fault) => fault.name);
  const rest = left.length > 0 ? `Still there: ${left.join(', ')}.` : 'Its metadata service answers as it should.';
  print(`${InstanceId}: ${name ?? 'every fault'} is gone. ${rest}`, ...(await whenInForce(ask, InstanceId)));
  return 0;
}

/** @throws Failure as `show` does */
export async function showFaults(target: Target, InstanceId: string, options: ShowOptions): Promise<number> {
  const ask = await connectTo(target);
  const faults = await ask<DescribedFaults>('GET', pathOf(InstanceId));
  print(await show(faults, options, () => table(faults)));
  return 0;
}

function table({ InstanceId, Faults, State }: DescribedFaults): string {
  const rows = whatIsSeen(Faults);
  if (rows.length === 0) return `${InstanceId} has no faults.`;
  const lines = aligned([
    ['Fault', 'Setting', 'What clients see'],
    ...rows.map(({ name, setting, seen }) => [name, setting, seen]),
  ]);
  return [...lines, ...(State === 'pending' ? ['', NOT_YET] : [])].join('\n');
}

const NOT_YET = 'It is not in force yet: the host brings it about while the instance runs.';

/** The faults that an instance has, in the order of the command's help. */
function whatIsSeen(faults: Faults): Seen[] {
  const { LatencyMs, Errors, HangTokenPut, PacketsPerSecond, CredentialsLifetimeSeconds: seconds } = faults;
  const seen: (Seen | false)[] = [
    LatencyMs !== undefined && {
      name: 'latency',
      setting: `${LatencyMs} ms`,
      seen: `every answer comes ${LatencyMs} ms late`,
    },
    Errors !== undefined && {
      name: 'errors',
      setting: `${Errors.Status}, share ${Errors.Share}`,
      seen:
        Errors.Share === 1
          ? `every request gets ${Errors.Status}`
          : `${Errors.Share} of all requests get ${Errors.Status}, evenly spread`,
    },
    HangTokenPut !== undefined && {
      name: 'hang-token-put',
      setting: 'on',
      seen: 'a token PUT gets no answer, as if the hop limit were too small',
    },
    PacketsPerSecond !== undefined && {
      name: 'throttle',
      setting: `${PacketsPerSecond} packets/s`,
      seen: `above ${PacketsPerSecond} packets a second, five for a connection with one request, nothing is answered`,
    },
    seconds !== undefined && {
      name: 'credentials',
      setting: `${seconds} s`,
      seen: seconds === 0 ? 'credentials have expired already' : `credentials expire ${seconds} s after they are made`,
    },
  ];
  return seen.filter((each) => each !== false);
}

function nowSeen(name: Name, faults: Faults): string[] {
  const fault = whatIsSeen(faults).find((each) => each.name === name);
  return fault ? [`${fault.seen}.`, `Undo it with: openimds fault clear INSTANCE ${name}`] : [`no ${name} any more.`];
}

function namesIn(change: object): Name[] {
  return (Object.keys(FIELDS) as Name[]).filter((name) => FIELDS[name] in change);
}

/** Waits for the host of an instance that runs. @returns what there is to say where that is not all */
async function whenInForce(ask: Ask, InstanceId: string): Promise<string[]> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const { State } = await ask<DescribedFaults>('GET', pathOf(InstanceId));
    if (State === 'applied') return [];
    const { Instances } = await ask<{ Instances: ListedInstance[] }>('GET', 'instances', { query: { InstanceId } });
    const state = Instances[0]?.State;
    if (state !== 'running' && state !== 'pending') return [NOT_YET];
    await delay(LOOK_AGAIN_MS);
  }
  return [NOT_YET];
}

function pathOf(InstanceId: string): string {
  return `instances/${encodeURIComponent(InstanceId)}/faults`;
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
