/**
 * `openimds tree`: an instance's metadata from outside, as the instance gets it with a session token, secrets left out.
 *
 * A tree with the beginning of each value for people; all values for programs. The instance's metadata service is not asked,
 * and does not know that somebody looked.
 */

import type { GotMetadata } from '../api/actions/openimds/get-instance-metadata.ts';
import { type Ask, connectTo, type Target } from './control-plane.ts';
import { Failure } from './failure.ts';
import { type ShowOptions, show } from './output.ts';
import { printable, printableLines } from './printable.ts';

/** What is at a path: a value, or a directory with what is in it. */
type Found = { name: string; view: GotMetadata; members: Found[] };

const LONGEST_VALUE = 80;

/** @param path below `/latest/`, where it does not begin with a slash @throws Failure where there is nothing */
export async function showTree(
  target: Target,
  InstanceId: string,
  path: string,
  options: ShowOptions,
): Promise<number> {
  const ask = await connectTo(target);
  const from = path.startsWith('/') ? path : `/latest/${path}`;
  const found = await look(ask, InstanceId, { Name: from, Path: from });
  if (found.view.Status !== 200) throw new Failure(whyNothing(found.view));
  const Values = valuesOf(found).map(({ InstanceId: _, Status: __, ...value }) => value);
  process.stdout.write(`${await show({ InstanceId, Values }, options, () => forPeople(found))}\n`);
  return 0;
}

async function look(ask: Ask, InstanceId: string, { Name, Path }: { Name: string; Path: string }): Promise<Found> {
  const view = await ask<GotMetadata>('GET', `instances/${encodeURIComponent(InstanceId)}/metadata`, {
    query: { Path },
  });
  const members = await Promise.all((view.Entries ?? []).map((entry) => look(ask, InstanceId, entry)));
  return { name: Name, view, members };
}

function whyNothing({ InstanceId, Path, Status, Reason }: GotMetadata): string {
  if (Reason === 'endpoint-disabled') {
    return `the metadata service of ${InstanceId} answers 403, whatever is asked: its HttpEndpoint is disabled`;
  }
  return `${InstanceId} gets ${Status} for ${printable(Path)}`;
}

function valuesOf({ view, members }: Found): GotMetadata[] {
  // What was there a moment ago may be gone by now.
  if (view.Status !== 200) return [];
  return view.Entries ? members.flatMap(valuesOf) : [view];
}

// ─── For people ──────────────────────────────────────────────────────────────────────────────────────────────────────

function forPeople(found: Found): string {
  const { view, members } = found;
  if (!view.Entries) return view.ValueEncoding ? bytesOf(view) : printableLines(view.Value ?? '');
  return [printable(view.Path), ...linesBelow(members, 1)].join('\n');
}

function linesBelow(members: Found[], depth: number): string[] {
  const width = Math.max(...members.map(({ name, view }) => (view.Entries ? 0 : name.length)));
  const indent = '  '.repeat(depth);
  return members.flatMap(({ name, view, members: below }) =>
    view.Entries
      ? [`${indent}${printable(name)}/`, ...linesBelow(below, depth + 1)]
      : [`${indent}${printable(name).padEnd(width)}  ${beginningOf(view)}`.trimEnd()],
  );
}

/** In one line. */
function beginningOf(view: GotMetadata): string {
  if (view.ValueEncoding) return bytesOf(view);
  const text = (view.Value ?? '').replace(/\s+/g, ' ').trim();
  return printable(text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
}

function bytesOf({ Value = '' }: GotMetadata): string {
  return `(${Buffer.from(Value, 'base64').length} bytes that are no text; --output json has them in base64)`;
}
