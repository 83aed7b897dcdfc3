/**
 * Network namespaces that exist without us, to which instances are attached: whether one may be, and whether it still is.
 *
 * Only the kernel is asked, each time anew: whoever owns such a namespace may end it, or change what is in it, at any moment.
 * Nothing is changed here but one setting of a link of ours.
 */

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Attachment } from '../../model.ts';
import { inNamespace } from './kernel.ts';
import { type Layout, processOf } from './netns-layout.ts';
import { NAMESPACE_FOLDER } from './network-programs.ts';

/** Why an instance cannot be attached now, in words for people. It may be possible later. */
export class ObstacleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ObstacleError';
  }
}

export function namespacePath(name: string): string {
  return `${NAMESPACE_FOLDER}/${name}`;
}

function pathOf(attachment: Attachment): string {
  const process = processOf(attachment);
  return process === undefined ? namespacePath(attachment.Netns) : `/proc/${process}/ns/net`;
}

/** Which namespace it is that an attachment leads to; another one may have the same name later. Undefined for none. */
export function targetOf(attachment: Attachment): string | undefined {
  return identityOf(pathOf(attachment));
}

/**
 * Why the instance cannot be attached as laid out, if so. To be asked when nothing of it is there.
 *
 * The namespaces of the machine and of instances are refused: what asks there for 169.254.169.254 means another service.
 */
export function obstacleTo({ attachment, interfaces }: Pick<Layout, 'attachment' | 'interfaces'>): string | undefined {
  if (!attachment) return undefined;
  const target = targetOf(attachment);
  if (target === undefined) return absenceOf(attachment);
  const process = processOf(attachment);
  if (process !== undefined && (startOf(process) ?? Number.POSITIVE_INFINITY) > latestStart(attachment)) {
    return `the process ${process} that was meant has ended; another one has its number now`;
  }
  const what = process === undefined ? `the namespace ${attachment.Netns}` : `the namespace of process ${process}`;
  if (['self', '1'].some((each) => identityOf(`/proc/${each}/ns/net`) === target))
    return `${what} is the machine's own`;
  if (namesOfOurs().some((name) => identityOf(namespacePath(name)) === target)) return `${what} is that of an instance`;
  const present = devicesIn(pathOf(attachment));
  const taken = interfaces.find(({ device }) => present.has(device));
  return taken && `${what} has a device ${taken.device} already; choose another name with --device`;
}

function absenceOf(attachment: Attachment): string {
  const process = processOf(attachment);
  return process === undefined
    ? `there is no network namespace ${attachment.Netns} on its host; \`ip netns\` lists those that there are`
    : `there is no process ${process} on its host, or no longer`;
}

/** Namespaces of instances and of VPCs, of this installation and of others. */
function namesOfOurs(): string[] {
  try {
    return readdirSync(NAMESPACE_FOLDER).filter((name) => name.startsWith('openimds-'));
  } catch {
    // The folder comes with the first namespace that has a name.
    return [];
  }
}

/** What `ip` says, for people who did not write the line. */
export function obstacleOf(line: string, message: string): string {
  if (line.startsWith('route add') && message.includes('File exists')) {
    return `something else has the route to ${line.split(' ')[2]?.split('/')[0]} in the namespace`;
  }
  return `\`ip ${line}\` fails: ${message}`;
}

/** Whether both ends of every link of an attached instance are where they were put. */
export function isAttached({ attachment, namespace, vpcNamespace, interfaces }: Layout): boolean {
  if (!attachment) return false;
  const path = namespacePath(namespace);
  const target = targetOf(attachment);
  if (target === undefined || target !== identityOf(path)) return false;
  const [there, here] = [devicesIn(path), devicesIn(namespacePath(vpcNamespace))];
  return interfaces.every(({ device, hostDevice }) => there.has(device) && here.has(hostDevice));
}

/** Containers often have IPv6 switched off for every link that comes; on ours it is needed. */
export function enableIpv6({ namespace, interfaces }: Layout): void {
  try {
    inNamespace(namespacePath(namespace), () => {
      for (const { device } of interfaces) writeFileSync(`/proc/sys/net/ipv6/conf/${device}/disable_ipv6`, '0');
    });
  } catch {
    // The namespace has just ended, or the kernel has no IPv6: the lines that follow say so.
  }
}

function devicesIn(path: string): Set<string> {
  try {
    const text = inNamespace(path, () => readFileSync('/proc/thread-self/net/dev', 'utf8'));
    return new Set(Array.from(text.matchAll(/^ *([^\s:]+):/gm), ([, name = '']) => name));
  } catch {
    return new Set();
  }
}

/** Of a network namespace; undefined for any other file and for none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return dev === statSync('/proc/self/ns/net').dev ? String(ino) : undefined;
  } catch {
    return undefined;
  }
}

/** Times of both kinds are rounded. */
const TOLERANCE_MS = 2000;
/** Linux counts in hundredths of a second wherever it tells programs. */
const TICKS_PER_SECOND = 100;

/** Whoever began after the instance was attached cannot have been meant: numbers of processes are given again. */
function latestStart({ AttachTime }: Attachment): number {
  return Date.parse(AttachTime) + TOLERANCE_MS;
}

/** When a process began, in milliseconds since 1970; undefined when it has ended. */
function startOf(process: number): number | undefined {
  try {
    // The name of the program, in brackets, may hold anything.
    const [, ...fields] = readFileSync(`/proc/${process}/stat`, 'utf8').replace(/^.*\)/s, '').split(' ');
    const bootedAtSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    return (bootedAtSeconds + Number(fields[19]) / TICKS_PER_SECOND) * 1000;
  } catch {
    return undefined;
  }
}
