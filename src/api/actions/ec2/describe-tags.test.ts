/**
 * DescribeTags: a row for each tag of the account, through filters and over pages.
 * Both ways of reading, all tags and those of named resources, have to give the same rows.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

async function instanceWith(api: TestApi, tags: Record<string, string>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return launch(api, { TagSpecifications: [{ ResourceType: 'instance', Tags }] });
}

test('an account without tags has none, and another account sees none of its', async () => {
  const api = await startTestApi();
  expect(await api.call('DescribeTags')).toEqual({ Tags: [] });
  await instanceWith(api, { team: 'blue' });
  expect((await api.as({ account: '210987654321' }).call('DescribeTags')).Tags).toEqual([]);
});

test('one row for each tag of each resource', async () => {
  const api = await startTestApi();
  const ResourceId = await instanceWith(api, { team: 'blue', stage: 'test' });
  expect((await api.call('DescribeTags')).Tags).toEqual([
    { Key: 'stage', Value: 'test', ResourceId, ResourceType: 'instance' },
    { Key: 'team', Value: 'blue', ResourceId, ResourceType: 'instance' },
  ]);
});

test.each([
  ['key', ['te*'], 2],
  ['value', ['blue', 'test'], 2],
  ['value', ['BLUE'], 0],
  ['resource-type', ['instance'], 3],
  ['resource-type', ['vpc'], 0],
  ['tag:team', ['red'], 1],
  ['tag:team', ['test'], 0],
  ['resource-id', ['i-*'], 3],
  ['resource-id', ['i-0123456789abcdef0'], 0],
])('the filter %s with %j lets %i rows through', async (Name, Values, count) => {
  const api = await startTestApi();
  await instanceWith(api, { team: 'blue', stage: 'test' });
  await instanceWith(api, { team: 'red' });
  expect((await api.call('DescribeTags', { Filters: [{ Name, Values }] })).Tags).toHaveLength(count);
});

test('a filter that DescribeTags does not know is an error', async () => {
  const api = await startTestApi();
  const Filters = [{ Name: 'colour', Values: ['blue'] }];
  await expectRefusal(api.call('DescribeTags', { Filters }), 'InvalidParameterValue', "The filter 'colour' is invalid");
});

test.each([
  ['of all', undefined],
  ['of resources that a filter names', 'resource-id'],
])('pages %s have every row once', async (_, Name) => {
  const api = await startTestApi();
  const tags = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`k${n}`, String(n)]));
  const ids = [await instanceWith(api, tags), await instanceWith(api, tags)];
  const Filters = Name === undefined ? [] : [{ Name, Values: ids }];
  const rows: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('DescribeTags', { Filters, MaxResults: 5, NextToken });
    expect(page.Tags?.length).toBeLessThanOrEqual(5);
    rows.push(...(page.Tags ?? []).map(({ ResourceId, Key }) => `${ResourceId} ${Key}`));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(rows).toEqual(ids.sort().flatMap((id) => Object.keys(tags).map((key) => `${id} ${key}`)));
});

test('a NextToken that was made up is refused', async () => {
  const api = await startTestApi();
  for (const position of [5, 'x', { ResourceId: 1, Key: 'k' }, null]) {
    const NextToken = Buffer.from(JSON.stringify(['DescribeTags', position])).toString('base64url');
    await expectRefusal(api.call('DescribeTags', { NextToken }), 'InvalidNextToken');
  }
});

test('the Query form: Filter.N and the answer tagSet', async () => {
  const api = await startTestApi();
  const id = await instanceWith(api, { team: 'blue' });
  const xml = await api.query(`Action=DescribeTags&Filter.1.Name=resource-id&Filter.1.Value.1=${id}`);
  expect(xml).toContain(
    `<tagSet><item><key>team</key><resourceId>${id}</resourceId><resourceType>instance</resourceType><value>blue</value></item></tagSet>`,
  );
});
