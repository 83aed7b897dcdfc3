/**
 * The versions of the metadata tree, as `GET /` lists them (aws-behaviour 1.5, CAP-17).
 *
 * A dated version shows the categories that existed by that day, so a category needs only the day since when it exists:
 * versions compare as text, because `1.0` sorts before every date and `latest` after.
 */

export const VERSIONS = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  '2011-01-01',
  '2011-05-01',
  '2012-01-12',
  '2014-02-25',
  '2014-11-05',
  '2015-10-20',
  '2016-04-19',
  '2016-06-30',
  '2016-09-02',
  '2018-03-28',
  '2018-08-17',
  '2018-09-24',
  '2019-10-01',
  '2020-10-27',
  '2021-01-03',
  '2021-03-23',
  '2021-07-15',
  '2022-09-24',
  '2024-04-11',
  'latest',
] as const;

export type Version = (typeof VERSIONS)[number];

const KNOWN: ReadonlySet<string> = new Set(VERSIONS);

export function isVersion(name: string): name is Version {
  return KNOWN.has(name);
}

/** @param since the day of a category, which need not be a version itself, or `1.0` */
export function existedBy(version: Version, since: string): boolean {
  return since <= version;
}
