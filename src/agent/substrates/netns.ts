/**
 * Instances as network namespaces of this machine: programs inside find the metadata service at AWS's own addresses, and
 * the PUT response hop limit is the IP TTL of real packets.
 *
 * An instance is known by the link through which it asks: one listener for each link and family, which takes nothing from
 * any other. Whatever source address or header a program sends, it meets the service of the instance that it runs on.
 * The instances stay when this process ends, and are found again by the next one.
 */

import { once } from 'node:events';
import { isIPv4, type Socket } from 'node:net';
import { openEndpoints } from '../../imds/endpoints.ts';
import type { ImdsInstance } from '../../imds/instance.ts';
import type { Origin } from '../../imds/request-record.ts';
import type { Attachment, ImdsEndpoints, Instance } from '../../model.ts';
import { type Descriptors, takeForListener } from '../descriptors.ts';
import { createImdsListener, type ImdsListener, type ListenerSettings } from '../listener.ts';
import type { Placement, Substrate } from '../substrate.ts';
import { limitHops, listenInNamespace, openingPacket } from './kernel.ts';
import { API_URL, apiDoors, type TakeOver } from './netns-api-doors.ts';
import { namespacePath, ObstacleError, targetOf } from './netns-attachment.ts';
import { type Builder, openBuilder } from './netns-builder.ts';
import { IMDS_IPV4, IMDS_IPV6, type Layout, layoutOf, namesOf } from './netns-layout.ts';
import { originIn } from './opening-packet.ts';

export type NetnsSettings = Omit<ListenerSettings, 'instance' | 'limitHops' | 'originOf' | 'descriptors'> & {
  descriptors: Descriptors;
  /** A few hexadecimal digits that no other installation on this machine has. */
  installation: string;
  /** Whether instances reach what is outside of their VPC, as far as this machine does. */
  nat: boolean;
  /** Who serves the API to programs on instances; absent where they are not to reach it. */
  api?: TakeOver;
};

const PORT = 80;
const ADDRESSES = { ipv4: IMDS_IPV4, ipv6: IMDS_IPV6 } as const;
const URLS = { ipv4: `http://${IMDS_IPV4}`, ipv6: `http://[${IMDS_IPV6}]` } as const;
const FAMILIES = ['ipv4', 'ipv6'] as const;
type Family = (typeof FAMILIES)[number];

/** Listeners leave so many descriptors to the clients of those that are there. */
const FOR_CONNECTIONS = 8;

type Place = { layout: Layout; doors: Record<Family, ImdsListener[]>; watched?: Watched | undefined };

/** Of an instance that is attached and runs: what was found at the last try. */
type Watched = { isAttached: boolean; target: string | undefined; looks: number };

/** How often the namespaces that instances are attached to are looked at: a container that begins is not kept waiting. */
const LOOK_MS = 1000;
/** What was in the way may have gone without a trace that is seen here. */
const LOOKS_PER_TRY = 5;

export async function createNetns(settings: NetnsSettings): Promise<Substrate> {
  const names = namesOf(settings.installation);
  const builder = await openBuilder(names, settings.nat);
  const places = new Map<string, Place>();
  const apiDoor = settings.api && apiDoors({ ...settings, takeOver: settings.api });
  let timer: NodeJS.Timeout | undefined;
  const closeAll = (InstanceId: string, place: Place) => {
    closeDoors(place, settings.descriptors);
    apiDoor?.release(InstanceId);
  };
  const reachable = async (endpoints: ImdsEndpoints, { InstanceId, VpcId }: Instance, { vpcNamespace }: Layout) => {
    if (!apiDoor || endpoints.netns === undefined) return endpoints;
    await apiDoor.hold(InstanceId, { VpcId, vpcNamespace });
    return { ...endpoints, api: API_URL };
  };

  return {
    name: 'netns',
    enforcesHopLimit: true,

    async apply({ desired, serve }) {
      const { InstanceId } = desired.instance;
      const layout = layoutOf(desired, names);
      const place = places.get(InstanceId) ?? { layout, doors: { ipv4: [], ipv6: [] } };
      places.set(InstanceId, place);
      if (desired.run !== 'running') {
        place.watched = undefined;
        closeAll(InstanceId, place);
        await builder.demolish(InstanceId);
        return {};
      }
      Object.assign(place, { layout, watched: undefined });
      // Listeners belong to the links and the VPC's namespace that were there when they began to listen.
      if (!builder.stands(layout)) closeAll(InstanceId, place);
      const bringItUp = () => bringUp(settings, builder, place, { desired, serve });
      const endpoints = layout.attachment ? await attach(place, layout.attachment, bringItUp) : await bringItUp();
      return reachable(endpoints, desired.instance, layout);
    },

    async remove(InstanceId) {
      const place = places.get(InstanceId);
      places.delete(InstanceId);
      if (place) closeAll(InstanceId, place);
      await builder.demolish(InstanceId);
    },

    forgetOthers: () => builder.demolishOthers(new Set(places.keys())),

    watch(changed) {
      timer = setInterval(() => {
        for (const [InstanceId, place] of places) if (hasChanged(place, builder)) changed(InstanceId);
      }, LOOK_MS).unref();
    },

    async close() {
      clearInterval(timer);
      for (const [InstanceId, place] of places) closeAll(InstanceId, place);
      places.clear();
    },
  };
}

async function bringUp(
  settings: NetnsSettings,
  builder: Builder,
  place: Place,
  { desired, serve }: Pick<Placement, 'desired' | 'serve'>,
): Promise<ImdsEndpoints> {
  const wanted = openEndpoints(desired);
  const { layout, doors } = place;
  await builder.build(layout);
  await builder.switchIpv6(layout, wanted.ipv6);
  const endpoints: ImdsEndpoints = { netns: layout.namespace };
  for (const family of FAMILIES) {
    if (!wanted[family]) closeDoor(doors[family], settings.descriptors);
    else {
      if (doors[family].length === 0) doors[family] = await openDoor(settings, layout, family, serve);
      endpoints[family] = URLS[family];
    }
  }
  return endpoints;
}

/** In another's namespace much may be in the way. The instance then runs on without a network until that is gone. */
async function attach(
  place: Place,
  attachment: Attachment,
  bringItUp: () => Promise<ImdsEndpoints>,
): Promise<ImdsEndpoints> {
  const target = targetOf(attachment);
  try {
    const endpoints = await bringItUp();
    place.watched = { isAttached: true, target, looks: 0 };
    return endpoints;
  } catch (error) {
    if (!(error instanceof ObstacleError)) throw error;
    place.watched = { isAttached: false, target, looks: 0 };
    return { obstacle: error.message };
  }
}

/** Whether it is worth while to bring an attached instance up again. */
function hasChanged({ layout, watched }: Place, builder: Builder): boolean {
  if (!layout.attachment || !watched) return false;
  if (watched.isAttached) return !builder.stands(layout);
  const target = targetOf(layout.attachment);
  watched.looks++;
  return target !== watched.target || (target !== undefined && watched.looks % LOOKS_PER_TRY === 0);
}

/** A listener for each link of the instance. */
async function openDoor(
  settings: NetnsSettings,
  { vpcNamespace, interfaces }: Layout,
  family: Family,
  instance: (nowMs: number) => ImdsInstance,
): Promise<ImdsListener[]> {
  const { descriptors, log } = settings;
  const listeners: ImdsListener[] = [];
  try {
    for (const { hostDevice } of interfaces) {
      takeForListener(descriptors, FOR_CONNECTIONS);
      const listener = createImdsListener({ ...settings, instance, limitHops: limitHopsOf, originOf });
      listeners.push(listener);
      const namespace = namespacePath(vpcNamespace);
      listener.listen({
        fd: listenInNamespace({ namespace, device: hostDevice, address: ADDRESSES[family], port: PORT }),
      });
      await once(listener, 'listening');
      listener.on('error', (err) => log.warn('a connection was not accepted', { err }));
    }
    return listeners;
  } catch (error) {
    closeDoor(listeners, descriptors);
    throw error;
  }
}

function originOf(socket: Socket): Origin | undefined {
  const packet = openingPacket(descriptorOf(socket));
  return packet && originIn(packet);
}

function limitHopsOf(socket: Socket, hopLimit: number): void {
  limitHops(descriptorOf(socket), isIPv4(socket.localAddress ?? '') ? 'IPv4' : 'IPv6', hopLimit);
}

function descriptorOf(socket: Socket): number {
  const { fd = -1 } = (socket as unknown as { _handle?: { fd?: number } | null })._handle ?? {};
  return fd;
}

function closeDoors({ doors }: Place, descriptors: Descriptors): void {
  for (const family of FAMILIES) closeDoor(doors[family], descriptors);
}

function closeDoor(listeners: ImdsListener[], descriptors: Descriptors): void {
  for (const listener of listeners.splice(0)) {
    descriptors.release();
    listener.close();
    listener.closeAllConnections();
  }
}
