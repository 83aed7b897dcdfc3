/**
 * `openimds event …`: lets something befall an instance, lists what will, and takes it back.
 *
 * Each command says in a line or two what happens when, and below which path of the metadata it shows. Nothing that was
 * written by others, such as a description, can act on a terminal.
 */

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ListedEvent, ListedEvents } from '../api/instance-event-shape.ts';
import { isoSeconds } from '../clock.ts';
import { isWellFormedId } from '../ids.ts';
import { stopsInstance } from '../instance-events.ts';
import { connectTo, type Target } from './control-plane.ts';
import { Failure } from './failure.ts';
import { aligned } from './ls.ts';
import { type ShowOptions, show } from './output.ts';
import { printable } from './printable.ts';

/** @param Events as the control plane reads them (`event-requests.ts`); it checks them all, and makes all or none */
export async function createEvents(target: Target, id: string, Events: unknown): Promise<number> {
  const ask = await connectTo(target);
  const made = await ask<ListedEvents>('POST', eventsOf(id), { body: { Events } });
  const [only, ...others] = made.Events;
  const cancel = others.length === 0 ? `${id} ${only?.EventId}` : id;
  say(...made.Events.map((event) => whatHappens(event, id)), `Take it back with: openimds event cancel ${cancel}`);
  return 0;
}

export async function runScript(target: Target, id: string, file: string): Promise<number> {
  const { parse } = await import('yaml');
  const content = await readScript(file);
  let script: unknown;
  try {
    script = parse(content);
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Failure(`${file} is neither YAML nor JSON: ${printable(reason)}`);
  }
  const events = Array.isArray(script) ? script : (script as { Events?: unknown } | null)?.Events;
  if (events === undefined) {
    throw new Failure(
      `${file} holds no list of events; one has lines such as: - {Type: spot-interruption, DelaySeconds: 5}`,
    );
  }
  return createEvents(target, id, events);
}

async function readScript(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

export async function listEvents(target: Target, id: string, options: ShowOptions): Promise<number> {
  const ask = await connectTo(target);
  const listed = await ask<ListedEvents>('GET', eventsOf(id));
  process.stdout.write(`${await show(listed, options, () => table(listed))}\n`);
  return 0;
}

/** @param eventId all that are not over when absent */
export async function cancelEvents(target: Target, id: string, eventId: string | undefined): Promise<number> {
  const ask = await connectTo(target);
  const { Events } = await ask<ListedEvents>('DELETE', eventId === undefined ? eventsOf(id) : eventOf(id, eventId));
  if (Events.length === 0) say(`${id} has no event that could be canceled.`);
  for (const event of Events) say(`Canceled ${event.EventId}, ${kindOf(event)}${inHistory(event)}.`);
  return 0;
}

function inHistory(event: ListedEvent): string {
  const isKept = event.Type === 'scheduled-maintenance' && event.State === 'canceled';
  return isKept ? ': events/maintenance/history has it as canceled' : '';
}

export async function completeEvent(target: Target, id: string, eventId: string): Promise<number> {
  const ask = await connectTo(target);
  await ask<ListedEvents>('POST', `${eventOf(id, eventId)}/complete`);
  say(`events/maintenance/history has ${eventId} as completed; nothing else was done to ${id}.`);
  return 0;
}

/** @throws Failure for what is no id, so that the path cannot be another */
function eventsOf(id: string): string {
  if (!isWellFormedId('i', id))
    throw new Failure(`\`${printable(id)}\` is no id of an instance; openimds ls shows them`);
  return `instances/${id}/events`;
}

function eventOf(id: string, eventId: string): string {
  if (isWellFormedId('instance-event', eventId)) return `${eventsOf(id)}/${eventId}`;
  throw new Failure(`\`${printable(eventId)}\` is no id of an event; openimds event list ${id} shows them`);
}

function say(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

// ─── For people ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Paths are those below `/latest/meta-data/`. */
function whatHappens(event: ListedEvent, id: string): string {
  const from = event.Status === 'visible' ? 'Now' : `From ${seconds(event.VisibleFrom)} on`;
  switch (event.Type) {
    case 'spot-interruption': {
      const paths =
        event.Action === 'terminate'
          ? 'spot/instance-action and spot/termination-time say'
          : 'spot/instance-action says';
      return `${from} ${paths} that ${id} is to ${event.Action} at ${seconds(event.InterruptsAt)}, and then it ${ENDS[event.Action]}.`;
    }
    case 'rebalance-recommendation':
      return `${from} events/recommendations/rebalance recommends to replace ${id}.`;
    case 'scheduled-maintenance': {
      const effect = stopsInstance(event.Code) ? `${id} stops` : 'it is completed';
      return `${from} events/maintenance/scheduled announces ${event.Code}; at ${seconds(event.NotBefore)} ${effect}.`;
    }
    case 'autoscaling-lifecycle-state':
      return `${from} autoscaling/target-lifecycle-state of ${id} is ${event.TargetLifecycleState}.`;
  }
}

const ENDS = { hibernate: 'stops, as nothing here hibernates', stop: 'stops', terminate: 'is terminated' };

type Column = [heading: string, value: (event: ListedEvent) => string];

const COLUMNS: Column[] = [
  ['Event', (event) => event.EventId],
  ['Kind', kindOf],
  ['Status', (event) => event.Status],
  ['Visible from', (event) => seconds(event.VisibleFrom)],
  ['Comes about', comesAbout],
];

function table({ InstanceId, Events }: ListedEvents): string {
  if (Events.length === 0) {
    return `No events of ${InstanceId}. Make one:\n  openimds event maintenance ${InstanceId} --code system-reboot`;
  }
  const rows = Events.map((event) => COLUMNS.map(([, value]) => printable(value(event))));
  return aligned([COLUMNS.map(([heading]) => heading), ...rows]).join('\n');
}

/** For example `spot-interruption (stop)`. */
function kindOf(event: ListedEvent): string {
  switch (event.Type) {
    case 'spot-interruption':
      return `${event.Type} (${event.Action})`;
    case 'rebalance-recommendation':
      return event.Type;
    case 'scheduled-maintenance':
      return `${event.Type} (${event.Code})`;
    case 'autoscaling-lifecycle-state':
      return `${event.Type} (${event.TargetLifecycleState})`;
  }
}

function comesAbout(event: ListedEvent): string {
  if (event.Type === 'spot-interruption') return seconds(event.InterruptsAt);
  const isOpen = event.Type === 'scheduled-maintenance' && event.State === 'active';
  return isOpen ? seconds(event.NotBefore) : '-';
}

function seconds(iso: string): string {
  return isoSeconds(Date.parse(iso));
}
