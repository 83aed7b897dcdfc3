/**
 * What became of something that was done in the console: asked with the real CLI, and with curl at the instance.
 */

import { eventually, type Keys, type OpenImds, reach, run } from '../openimds.ts';

export type Described = {
  InstanceId: string;
  State: { Name: string };
  MetadataOptions: Record<string, string | number>;
  Tags?: { Key: string; Value: string }[];
};

/** What `aws ec2 describe-instances` prints. */
export async function describeInstances(openimds: OpenImds, ...args: string[]): Promise<Described[]> {
  type Printed = { Reservations: { Instances: Described[] }[] };
  const { Reservations } = await openimds.json<Printed>('ec2', 'describe-instances', ...args);
  return Reservations.flatMap(({ Instances }) => Instances);
}

export async function optionsOf(
  openimds: OpenImds,
  InstanceId: string,
): Promise<Described['MetadataOptions'] | undefined> {
  return (await describeInstances(openimds, '--instance-ids', InstanceId))[0]?.MetadataOptions;
}

/** Waits until the instance is in the state. */
export function inState(
  openimds: OpenImds,
  InstanceId: string,
  state: string,
  region = 'us-east-1',
): Promise<Described> {
  return eventually(async () => {
    const [instance] = await describeInstances(openimds, '--region', region, '--instance-ids', InstanceId);
    return instance?.State.Name === state ? instance : undefined;
  });
}

/** What the metadata service of a running instance answers to curl: the body, and the status after a space. */
export async function curl(openimds: OpenImds, InstanceId: string, path: string, ...args: string[]): Promise<string> {
  const { ipv4 } = await reach(openimds, InstanceId, 'running');
  const { stdout } = await run('curl', ['-sS', '-w', ' %{http_code}', ...args, `${ipv4}${path}`]);
  return stdout;
}

/** Launches so many alike; their ids. */
export async function launchMany(
  openimds: OpenImds,
  count: number,
  parameters: Record<string, string> = {},
  keys?: Keys,
): Promise<string[]> {
  const form = {
    Action: 'RunInstances',
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.large',
    MinCount: String(count),
    MaxCount: String(count),
    ...parameters,
  };
  const { status, body } = await openimds.query(form, keys);
  if (status !== 200) throw new Error(`RunInstances answered ${status}: ${body}`);
  return [...body.matchAll(/<instanceId>(i-[0-9a-f]+)</g)].map(([, id = '']) => id);
}

/** Parameters of a launch with these tags. */
export function tagged(tags: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(tags).flatMap(([key, value], index) => [
    [`TagSpecification.1.Tag.${index + 1}.Key`, key],
    [`TagSpecification.1.Tag.${index + 1}.Value`, value],
  ]);
  return { 'TagSpecification.1.ResourceType': 'instance', ...Object.fromEntries(pairs) };
}
