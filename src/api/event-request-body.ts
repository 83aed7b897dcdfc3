/**
 * The body of a request for events, `{"Events": [{"Type": …, …}, …]}`: every field is checked, and one that is not known is
 * refused, so that a misspelt one is never ignored.
 *
 * What a kind of event may have is one table. Which instance may be given which event is decided in `event-requests.ts`.
 */

import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unknownParameter,
} from '../aws-errors.ts';
import {
  type EventRequest,
  INTERRUPTION_ACTIONS,
  MAINTENANCE_CODES,
  MOST_SECONDS,
  TARGET_LIFECYCLE_STATES,
} from '../event-requests.ts';
import { MOST_EVENTS } from '../instance-events.ts';

/** Says what is wrong with a value, as the end of `the value of … is not …`; nothing where it is right. */
type Check = (value: unknown) => string | undefined;

const LONGEST_DESCRIPTION = 1024;

/** By kind: the fields beside Type and DelaySeconds, those that must be there first. */
const KINDS: Record<EventRequest['Type'], { required?: Record<string, Check>; optional?: Record<string, Check> }> = {
  'spot-interruption': {
    optional: { Action: oneOf(INTERRUPTION_ACTIONS), NoticeSeconds: secondsUpTo(MOST_SECONDS.spotNotice) },
  },
  'rebalance-recommendation': {},
  'scheduled-maintenance': {
    required: { Code: oneOf(MAINTENANCE_CODES) },
    optional: {
      Description: text,
      NotBefore: time,
      NotAfter: time,
      NoticeSeconds: secondsUpTo(MOST_SECONDS.maintenanceNotice),
    },
  },
  'autoscaling-lifecycle-state': {
    required: { TargetLifecycleState: oneOf(TARGET_LIFECYCLE_STATES) },
  },
};

const TYPE = oneOf(Object.keys(KINDS));
const DELAY: Record<string, Check> = { DelaySeconds: secondsUpTo(MOST_SECONDS.delay) };

/** @throws MissingParameter, UnknownParameter, InvalidParameterValue, InvalidParameterCombination, naming the field */
export function readEventRequests(body: unknown): EventRequest[] {
  const fields = body === undefined ? {} : objectOf(body, 'body');
  const unknown = Object.keys(fields).find((name) => name !== 'Events');
  if (unknown !== undefined) throw unknownParameter(unknown);
  const { Events } = fields;
  if (Events === undefined) throw missingParameter('Events');
  if (!Array.isArray(Events) || Events.length === 0 || Events.length > MOST_EVENTS) {
    throw invalidParameterValue(`the value of \`Events\` is not a list of 1 to ${MOST_EVENTS} events`);
  }
  return Events.map((event, index) => readEvent(event, eventField(index)));
}

/** What errors call an event of the list. */
export function eventField(index: number): string {
  return `Events[${index}]`;
}

function readEvent(event: unknown, field: string): EventRequest {
  const { Type, ...fields } = objectOf(event, field);
  if (Type === undefined) throw missingParameter(`${field}.Type`);
  check(Type, `${field}.Type`, TYPE);
  const { required = {}, optional = {} } = KINDS[Type as EventRequest['Type']];
  for (const name of Object.keys(required)) {
    if (!Object.hasOwn(fields, name)) throw missingParameter(`${field}.${name}`);
  }
  const checks = { ...required, ...optional, ...DELAY };
  for (const [name, value] of Object.entries(fields)) {
    const of = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!of) throw unknownParameter(`${field}.${name}`);
    check(value, `${field}.${name}`, of);
  }
  if (Object.hasOwn(fields, 'NotBefore') && Object.hasOwn(fields, 'NoticeSeconds')) {
    throw invalidParameterCombination(`\`${field}.NotBefore\` and \`${field}.NoticeSeconds\` both say when: give one`);
  }
  return { Type, ...fields } as EventRequest;
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalidParameterValue(`the value of \`${field}\` is not an object`);
}

function check(value: unknown, field: string, of: Check): void {
  const wrong = of(value);
  if (wrong !== undefined) throw invalidParameterValue(`the value of \`${field}\` is not ${wrong}`);
}

function oneOf(values: readonly string[]): Check {
  return (value) => (values.some((each) => each === value) ? undefined : `one of ${values.join(', ')}`);
}

function secondsUpTo(most: number): Check {
  return (value) => {
    const isWithin = typeof value === 'number' && value >= 0 && value <= most;
    return isWithin ? undefined : `a number of seconds from 0 to ${most}`;
  };
}

function text(value: unknown): string | undefined {
  const isPrintable = typeof value === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(value);
  return isPrintable && value.length <= LONGEST_DESCRIPTION
    ? undefined
    : `1 to ${LONGEST_DESCRIPTION} printable characters`;
}

const ISO_8601 = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

function time(value: unknown): string | undefined {
  const [, year = '', month = '', day = ''] = (typeof value === 'string' && ISO_8601.exec(value)) || [];
  // Date.parse lets 31 February be a day of March.
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  return isDay && Number.isFinite(Date.parse(value as string))
    ? undefined
    : 'a time in ISO 8601 with its zone, such as 2026-11-23T10:00:00Z';
}
