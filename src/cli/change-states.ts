/**
 * `openimds start`, `stop` and `terminate`: any number of instances, asked of EC2's API in as few requests as it takes, and
 * followed until their hosts have brought it about.
 *
 * EC2 does what a request asks for all instances in it or for none. What it refuses keeps nothing but that one request from
 * being carried out. Ending the command ends the waiting and takes nothing back.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { requestTransition } from '../instance-lifecycle.ts';
import { type Ask, connectTo, instancePages, type Target } from './control-plane.ts';
import { connectToEc2, type Order } from './ec2.ts';
import { Failure } from './failure.ts';
import { type Progress, startProgress } from './progress.ts';

export type StateChange = 'start' | 'stop' | 'terminate';
/** @param wait seconds until it is given up */
export type Selection = { instances: string[]; all?: true; wait: number };

type State = ListedInstance['State'];
/** `first` is a state in which EC2 refuses what is asked, and that ends by itself. */
type Way = { action: string; doing: string; done: string; onTheWay: State; there: State; first?: State };

const WAYS: Record<StateChange, Way> = {
  start: {
    action: 'StartInstances',
    doing: 'starting',
    done: 'started',
    onTheWay: 'pending',
    there: 'running',
    first: 'stopping',
  },
  stop: {
    action: 'StopInstances',
    doing: 'stopping',
    done: 'stopped',
    onTheWay: 'stopping',
    there: 'stopped',
    first: 'pending',
  },
  terminate: {
    action: 'TerminateInstances',
    doing: 'terminating',
    done: 'terminated',
    onTheWay: 'shutting-down',
    there: 'terminated',
  },
};

/** As many as AWS recommends at most; one that is protected keeps no more than these from it. */
const MOST_IN_REQUEST = 1000;
/** The address of a request may be 16 KB long. */
const MOST_IN_ADDRESS = 200;
const LOOK_AGAIN_MS = 50;
/** Looking at many is work for the control plane, which has enough of it meanwhile: a fifth of the time at most. */
const REST_FOR_LOOKING = 4;

/**
 * Says at the end how many are there, and on standard error what EC2 has refused and which are not there.
 *
 * @returns 1 where not all are there, else 0
 * @throws Failure for wrong usage, and when nothing answers (any more)
 */
export async function changeStates(target: Target, change: StateChange, selection: Selection): Promise<number> {
  const { instances, all = false, wait } = selection;
  if (all === instances.length > 0) throw new Failure(`${change} takes either instances or --all`, 2);
  const progress = startProgress(`${WAYS[change].doing} instances`);
  try {
    const work = { way: WAYS[change], until: Date.now() + wait * 1000, ask: await connectTo(target), progress };
    const ids = all ? await everyInstance(target, change, work) : [...new Set(instances)];
    const { asked, refusals } = await order(await connectToEc2(target), work.way, ids);
    const states = await follow(work, asked, work.way.onTheWay);
    progress.end();
    return report(work.way, { states, refusals, wait });
  } finally {
    progress.end();
  }
}

type Work = { way: Way; until: number; ask: Ask; progress: Progress };

/** All that can come there. Those for which it is too early are waited for. */
async function everyInstance(target: Target, change: StateChange, work: Work): Promise<string[]> {
  const { first, there } = work.way;
  const able: string[] = [];
  const early: string[] = [];
  for await (const page of instancePages(target)) {
    for (const { InstanceId, State } of page) {
      if (State === first) early.push(InstanceId);
      else if (State !== there && requestTransition(State, change) !== 'refused') able.push(InstanceId);
    }
  }
  if (first === undefined || early.length === 0) return able;
  work.progress.say(`waiting for ${count(early.length)} that ${early.length === 1 ? 'is' : 'are'} ${first}`);
  const states = await follow(work, early, first);
  return [...able, ...early.filter((id) => requestTransition(states.get(id) ?? there, change) !== 'refused')];
}

type Ordered = { asked: string[]; refusals: string[] };

async function order(ec2: Order, { action, done }: Way, ids: readonly string[]): Promise<Ordered> {
  const ordered: Ordered = { asked: [], refusals: [] };
  for (const some of inParts(ids, MOST_IN_REQUEST)) {
    try {
      await ec2(action, numbered(some));
      ordered.asked.push(...some);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const others = some.length > 1 ? `; so none of these ${some.length} instances is ${done}` : '';
      ordered.refusals.push(`${error.message}${others}`);
    }
  }
  return ordered;
}

/** Looks until none of them is in the state `passing`, or the time is over. @returns the state of each */
async function follow({ way, until, ask, progress }: Work, ids: string[], passing: State): Promise<Map<string, State>> {
  const states = new Map<string, State>(ids.map((id) => [id, passing]));
  for (;;) {
    const lookedAtMs = performance.now();
    const rest = ids.filter((id) => states.get(id) === passing);
    for (const some of inParts(rest, MOST_IN_ADDRESS)) {
      const query = numbered(some);
      const { Instances } = await ask<{ Instances: ListedInstance[] }>('GET', 'instances', { query });
      for (const { InstanceId, State } of Instances) states.set(InstanceId, State);
      if (passing === way.onTheWay)
        progress.say(`${way.doing} ${count(ids.length)}: ${there(way, states).length} ${way.done}`);
    }
    if (!ids.some((id) => states.get(id) === passing) || Date.now() >= until) return states;
    await delay(LOOK_AGAIN_MS + REST_FOR_LOOKING * (performance.now() - lookedAtMs));
  }
}

type Outcome = { states: Map<string, State>; refusals: string[]; wait: number };

function report(way: Way, { states, refusals, wait }: Outcome): number {
  const arrived = there(way, states).length;
  if (states.size > 0 || refusals.length === 0) process.stdout.write(`${count(arrived)} ${way.done}\n`);
  const others = [...Map.groupBy(states, ([, state]) => state)].filter(([state]) => state !== way.there);
  const late = others.map(([state, [first, ...more]]) => {
    const who = more.length === 0 ? `${first?.[0]} is` : `${count(more.length + 1)}, such as ${first?.[0]}, are`;
    return state === way.onTheWay
      ? `${who} still ${state} after ${wait} seconds`
      : `${who} ${state}, for another reason`;
  });
  for (const sentence of [...refusals, ...late]) process.stderr.write(`openimds: ${sentence}\n`);
  return refusals.length + late.length > 0 ? 1 : 0;
}

function there(way: Way, states: Map<string, State>): string[] {
  return [...states].flatMap(([InstanceId, state]) => (state === way.there ? InstanceId : []));
}

function count(instances: number): string {
  return instances === 1 ? '1 instance' : `${instances} instances`;
}

function numbered(ids: readonly string[]): Record<string, string> {
  return Object.fromEntries(ids.map((id, index) => [`InstanceId.${index + 1}`, id]));
}

function inParts<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most));
}
