/**
 * Numbers and dates as conditions write them.
 *
 * Dates are those of W3C's profile of ISO 8601, from a year to fractions of a second, or seconds since 1970. Four digits are
 * a year. A time without a zone is in UTC.
 */

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const EPOCH_SECONDS = /^(?:-\d{1,19}|\d{1,3}|\d{5,19})$/;
const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[Tt](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?)?)?)?$/;
const MOST_SECONDS = 9_223_372_036_854_775_807n;

export function readNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** In milliseconds since 1970; undefined for what is no date. */
export function readDate(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) {
    const seconds = BigInt(text);
    return seconds > MOST_SECONDS || seconds < -MOST_SECONDS - 1n ? undefined : Number(seconds) * 1000;
  }
  const [, year, month = '01', day = '01', hour = '0', minute = '00', second = '00', fraction = '', , sign, ...zone] =
    DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // A day that its month does not have would be one of the next month.
  const isDay = new Date(midnight).toISOString().startsWith(`${year}-${month}-${day}`);
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const [zoneHours = '00', zoneMinutes = '00'] = zone;
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const time = (Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second) + Number(`0${fraction}`);
  return midnight + time * 1000;
}
