/**
 * What a change of metadata options will break, going by who has asked the metadata services lately.
 *
 *   HttpTokens=required            requests without a session token will get 401
 *   a smaller hop limit            session tokens will not reach who asked for them from further away
 *   InstanceMetadataTags=disabled  what reads tags will get 404
 *   HttpProtocolIpv4=disabled      what asks over it reaches nothing
 *   HttpEndpoint=disabled          everything will get 403
 *
 * It only looks back: what asks once a week was not seen, and of requests before the host's process began nothing is known.
 */

import type { MetadataRequest, MetadataRequestCounts } from '../../../src/host-model.ts';
import type { MetadataOptions, MetadataOptionsRequest } from '../../../src/model.ts';
import type { Instance } from '../api/services.ts';

/** An instance with what its host remembers; nothing where that is not known. */
export type Watched = { instance: Instance; seen?: { Counts: MetadataRequestCounts; Requests: MetadataRequest[] } };

export type Finding = {
  about: keyof MetadataOptions;
  /** Whether something breaks. */
  breaks: boolean;
  text: string;
};

/** Milliseconds that are looked back. */
const RECENT_MS = 60 * 60 * 1000;
/** Requests that a host remembers of an instance. */
const REMEMBERED = 200;

type Check = {
  about: keyof MetadataOptions;
  /** Whether the change takes something away from who asks this instance. */
  applies(before: MetadataOptions, after: MetadataOptions): boolean;
  concerns(request: MetadataRequest, after: MetadataOptions): boolean;
  /** What is asked, one and several. */
  what: readonly [one: string, several: string];
  /** What becomes of `they`, who may be one. */
  outcome(they: string, after: MetadataOptions): string;
};

const CHECKS: readonly Check[] = [
  {
    about: 'HttpEndpoint',
    applies: (before, after) => before.HttpEndpoint === 'enabled' && after.HttpEndpoint === 'disabled',
    concerns: (request) => request.Reason !== 'endpoint-disabled',
    what: ['request', 'requests'],
    outcome: (they) => `${they} will get 403`,
  },
  {
    about: 'HttpTokens',
    applies: (before, after) => before.HttpTokens === 'optional' && after.HttpTokens === 'required',
    concerns: ({ Version, Reason }) => Version === 1 && (Reason === undefined || Reason === 'not-found'),
    what: ['IMDSv1 request', 'IMDSv1 requests'],
    outcome: (they) => `${they} will get 401`,
  },
  {
    about: 'HttpPutResponseHopLimit',
    applies: (before, after) => after.HttpPutResponseHopLimit < before.HttpPutResponseHopLimit,
    concerns: ({ Method, Status, Hops = 0 }, after) =>
      Method === 'PUT' && Status === 200 && Hops > after.HttpPutResponseHopLimit,
    what: ['session token was asked for', 'session tokens were asked for'],
    outcome: (they, { HttpPutResponseHopLimit: limit }) => `with a limit of ${limit} ${they} will not arrive`,
  },
  {
    about: 'InstanceMetadataTags',
    applies: (before, after) => before.InstanceMetadataTags === 'enabled' && after.InstanceMetadataTags === 'disabled',
    concerns: ({ Path = '', Status }) => /^\/[^/]+\/meta-data\/tags(?:\/|$)/.test(Path) && Status === 200,
    what: ['request for tags', 'requests for tags'],
    outcome: (they) => `${they} will get 404`,
  },
  {
    about: 'HttpProtocolIpv4',
    applies: (before, after) => before.HttpProtocolIpv4 === 'enabled' && after.HttpProtocolIpv4 === 'disabled',
    concerns: ({ SourceIp = '' }) => SourceIp.includes('.'),
    what: ['request over IPv4', 'requests over IPv4'],
    outcome: () => 'nothing will answer there',
  },
  {
    about: 'HttpProtocolIpv6',
    applies: (before, after) => before.HttpProtocolIpv6 === 'enabled' && after.HttpProtocolIpv6 === 'disabled',
    concerns: ({ SourceIp = '' }) => SourceIp.includes(':'),
    what: ['request over IPv6', 'requests over IPv6'],
    outcome: () => 'nothing will answer there',
  },
];

/**
 * @param watched the instances that are to change
 * @returns for each option that takes something away: from whom, or that nobody was seen. Empty where nothing does
 */
export function whatBreaks(watched: readonly Watched[], request: MetadataOptionsRequest, nowMs: number): Finding[] {
  const findings = CHECKS.flatMap((check) => findingsOf(check, watched, request, nowMs));
  const unknown = watched.filter(({ seen }) => !seen).length;
  if (findings.length === 0 && unknown < watched.length) return [];
  return unknown === 0 ? findings : [...findings, notKnown(unknown, watched.length)];
}

type Concerned = Watched & { seen: NonNullable<Watched['seen']>; after: MetadataOptions };

function findingsOf(
  check: Check,
  watched: readonly Watched[],
  request: MetadataOptionsRequest,
  nowMs: number,
): Finding[] {
  const { about, what, outcome } = check;
  const concerned = watched.flatMap((each) => concernedBy(check, each, request));
  if (concerned.length === 0) return [];
  if (needsOrigin(about) && hasNoOrigin(concerned)) return [{ about, breaks: false, text: NO_ORIGIN[about] ?? '' }];
  const hit = concerned
    .map((each) => ({ ...each, requests: recent(each, nowMs).filter((seen) => check.concerns(seen, each.after)) }))
    .filter(({ requests }) => requests.length > 0);
  const requests = hit.flatMap((each) => each.requests);
  const [first] = hit;
  if (!first) return [{ about, breaks: false, text: nobodySeen(what[0], concerned, nowMs) }];
  const isMore = hit.some(({ seen }) => seen.Requests.length >= REMEMBERED);
  const count = `${isMore ? 'At least ' : ''}${requests.length} ${requests.length === 1 ? what[0] : what[1]}`;
  const away = about === 'HttpPutResponseHopLimit' ? ` from ${hopsOf(requests)} away` : '';
  const on = watched.length === 1 ? '' : ` on ${listed(hit.map(({ instance }) => instance.InstanceId ?? ''))}`;
  const text = `${count}${away} in the last hour${on}, ${agentsOf(requests)}; ${outcome(requests.length === 1 ? 'it' : 'they', first.after)}.`;
  return [{ about, breaks: true, text }];
}

/** Where the metadata service does not answer at all, an option of it takes nothing away. */
function concernedBy(check: Check, each: Watched, request: MetadataOptionsRequest): Concerned[] {
  const before = each.instance.MetadataOptions as MetadataOptions;
  const after = { ...before, ...request } as MetadataOptions;
  const isReached = before.HttpEndpoint === 'enabled' && each.instance.State?.Name !== 'terminated';
  return each.seen && isReached && check.applies(before, after) ? [{ ...each, seen: each.seen, after }] : [];
}

function recent({ seen }: Concerned, nowMs: number): MetadataRequest[] {
  return seen.Requests.filter(({ Time }) => Date.parse(Time) > nowMs - RECENT_MS);
}

/** On loopback addresses nothing is known of where requests come from. */
const NO_ORIGIN: Partial<Record<keyof MetadataOptions, string>> = {
  HttpPutResponseHopLimit:
    'How many hops away clients are is not known here, and no limit is enforced: instances are no network namespaces.',
  HttpProtocolIpv4: 'Over which protocol clients ask is not known here: instances are no network namespaces.',
  HttpProtocolIpv6: 'Over which protocol clients ask is not known here: instances are no network namespaces.',
};

function needsOrigin(about: keyof MetadataOptions): boolean {
  return about in NO_ORIGIN;
}

function hasNoOrigin(concerned: readonly Concerned[]): boolean {
  const requests = concerned.flatMap(({ seen }) => seen.Requests);
  return requests.length > 0 && requests.every(({ SourceIp }) => SourceIp === undefined);
}

function nobodySeen(what: string, concerned: readonly Concerned[], nowMs: number): string {
  const began = Math.max(...concerned.map(({ seen }) => Date.parse(seen.Counts.Since)));
  const isYoung = began > nowMs - RECENT_MS;
  const since = isYoung
    ? `since ${new Date(began).toISOString().slice(11, 16)} UTC, when counting began`
    : 'in the last hour';
  const last = concerned
    .flatMap(({ seen }) => seen.Counts.LastNoTokenTime ?? [])
    .sort()
    .at(-1);
  const before =
    what.startsWith('IMDSv1') && last !== undefined
      ? ` The last one was at ${last.slice(0, 16).replace('T', ' ')} UTC.`
      : '';
  return `No ${what} ${since}.${before}`;
}

function notKnown(count: number, of: number): Finding {
  const which = of === 1 ? 'Who asks this instance' : `Who asks ${count} of the ${of} instances`;
  return {
    about: 'HttpEndpoint',
    breaks: false,
    text: `${which} is not known, so nothing can be said of what breaks there.`,
  };
}

/** As clients call themselves, the most frequent first. */
function agentsOf(requests: readonly MetadataRequest[]): string {
  const counts = new Map<string, number>();
  for (const { UserAgent = 'a client without a name' } of requests)
    counts.set(UserAgent, (counts.get(UserAgent) ?? 0) + 1);
  const names = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return `from ${listed(names)}`;
}

function hopsOf(requests: readonly MetadataRequest[]): string {
  const hops = [...new Set(requests.map(({ Hops = 0 }) => Hops))].sort((a, b) => a - b);
  return `${hops.join(', ')} hops`;
}

const MOST_NAMED = 3;

function listed(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${named} and ${names.length - MOST_NAMED} more` : named;
}
