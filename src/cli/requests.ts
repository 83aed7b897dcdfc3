/**
 * `openimds requests`: who has asked an instance's metadata service lately, how, and what a change of its options will break.
 *
 * A table for people, whose last lines say what follows from it; with `--follow` it goes on until it is ended. What clients
 * write of themselves cannot act on a terminal.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedRequests } from '../api/actions/openimds/list-metadata-requests.ts';
import { isoSeconds } from '../clock.ts';
import type { MetadataRequest, MetadataRequestCounts } from '../host-model.ts';
import { type Ask, connectTo, type Target } from './control-plane.ts';
import { Failure } from './failure.ts';
import { aligned } from './ls.ts';
import { type ShowOptions, show } from './output.ts';
import { printable, printableLines } from './printable.ts';

export type RequestsOptions = ShowOptions & { follow?: boolean };

const LOOK_AGAIN_MS = 500;

/** @throws Failure with the control plane's own words when it refuses, and as `show` does */
export async function listRequests(target: Target, InstanceId: string, options: RequestsOptions): Promise<number> {
  const { follow, output, query } = options;
  if (follow && (query !== undefined || ![undefined, 'table', 'json'].includes(output))) {
    throw new Failure('--follow goes with --output table or json, and not with --query', 2);
  }
  const ask = await connectTo(target);
  if (follow) return followRequests(ask, InstanceId, output === 'json');
  const listed = await requestsAfter(ask, InstanceId, 0);
  print(await show(listed, options, () => table(listed).join('\n')));
  return 0;
}

/** Ends with the process, or when the control plane refuses or is gone. */
async function followRequests(ask: Ask, InstanceId: string, asJson: boolean): Promise<never> {
  let listed = await requestsAfter(ask, InstanceId, 0);
  if (!asJson) print(line(HEADINGS));
  for (let last = 0; ; ) {
    for (const request of listed.Requests) {
      print(asJson ? printableLines(JSON.stringify(request)) : line(cellsOf(request)));
      last = request.Number;
    }
    await delay(LOOK_AGAIN_MS);
    const { Since } = listed.Counts;
    listed = await requestsAfter(ask, InstanceId, last);
    // Counting began anew, so that the number says nothing of what has been printed.
    if (listed.Counts.Since !== Since) listed = await requestsAfter(ask, InstanceId, 0);
  }
}

function requestsAfter(ask: Ask, InstanceId: string, after: number): Promise<ListedRequests> {
  const path = `instances/${encodeURIComponent(InstanceId)}/metadata-requests`;
  return ask<ListedRequests>('GET', path, { query: { After: String(after) } });
}

// ─── For people ──────────────────────────────────────────────────────────────────────────────────────────────────────

const HEADINGS = ['Time', 'Method', 'Path', 'Version', 'Status', 'Who'];
/** Where lines come one by one. What does not fit moves the rest of its line. */
const WIDTHS = [20, 6, 40, 7, 18];

function table({ InstanceId, Counts, Requests }: ListedRequests): string[] {
  if (Requests.length === 0) return [`Nobody has asked ${InstanceId} since ${seconds(Counts.Since)}.`];
  return [...aligned([HEADINGS, ...Requests.map(cellsOf)]), '', ...whatFollows(Counts)];
}

function line(cells: string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd();
}

function cellsOf(request: MetadataRequest): string[] {
  const { Time, Method = '-', Path = '-', Version } = request;
  return [seconds(Time), Method, Path, Version ? `IMDSv${Version}` : '-', statusOf(request), whoIs(request)].map(
    printable,
  );
}

function statusOf(request: MetadataRequest): string {
  const { Status = 'none', Reason } = request;
  return [Status, Reason ?? (isOutOfReach(request) ? 'out-of-reach' : '')].join(' ').trim();
}

/** A session token that was given out and cannot have arrived. */
function isOutOfReach({ Status, Hops = 0, HttpPutResponseHopLimit: limit }: MetadataRequest): boolean {
  return Status === 200 && limit !== undefined && Hops > limit;
}

function whoIs({ UserAgent = '-', SourceIp, Hops }: MetadataRequest): string {
  const from = SourceIp === undefined ? '' : ` from ${SourceIp}`;
  return `${UserAgent}${from}${Hops === undefined ? '' : `, ${count(Hops, 'hop')} away`}`;
}

/** What a change of the options would break, or has broken, going by what was asked. */
function whatFollows(counts: MetadataRequestCounts): string[] {
  const { Since, NoToken, LastNoTokenTime = Since, NoTokenRejected, LastNoTokenRejectedTime = Since } = counts;
  const furthest = counts.Hops.at(-1)?.Hops ?? 1;
  const lines = [
    NoToken > 0 && `HttpTokens=required would refuse IMDSv1: ${often(NoToken, LastNoTokenTime)}.`,
    NoTokenRejected > 0 &&
      `HttpTokens=required has refused IMDSv1: ${often(NoTokenRejected, LastNoTokenRejectedTime)}.`,
    NoToken + NoTokenRejected === 0 &&
      `Nobody has used IMDSv1 since ${seconds(Since)}: HttpTokens=required breaks nothing of this.`,
    counts.TokenPutOutOfReach > 0 &&
      `${count(counts.TokenPutOutOfReach, 'session token')} cannot have arrived: HttpPutResponseHopLimit was too small.`,
    furthest > 1 && `Somebody asks from ${furthest} hops away: with a limit of ${furthest} session tokens get there.`,
  ];
  return lines.filter((line) => line !== false);
}

function often(number: number, last: string): string {
  return `${count(number, 'request')}, the last at ${seconds(last)}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function seconds(iso: string): string {
  return isoSeconds(Date.parse(iso));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
