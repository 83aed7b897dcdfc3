/**
 * Where programs on instances reach the control plane's API, as they reach EC2's at AWS: at one port of the metadata
 * service's address, in the namespace of each VPC.
 *
 * What is accepted there is handed on with the VPC that it comes from. The VPC's firewall has checked by then that the source
 * address is the instance's own.
 *
 * INVARIANT: a door is open only while an instance that holds it stands in its VPC, so that its namespace is still there.
 */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../../log.ts';
import { type Descriptors, descriptors as share, takeForListener } from '../descriptors.ts';
import { listenInNamespace } from './kernel.ts';
import { namespacePath } from './netns-attachment.ts';
import { IMDS_IPV4 } from './netns-layout.ts';

export const API_PORT = 4566;
export const API_URL = `http://${IMDS_IPV4}:${API_PORT}`;

/** Takes over a connection that comes from within a VPC. */
export type TakeOver = (socket: Socket, VpcId: string) => void;

export type ApiDoors = {
  /** Opens the door of a VPC for an instance there, unless it holds it already. @throws what is in the way */
  hold(InstanceId: string, vpc: { VpcId: string; vpcNamespace: string }): Promise<void>;
  /** The last one closes the door. */
  release(InstanceId: string): void;
};

type Door = { server: Server; holders: Set<string>; isOpen: Promise<unknown> };

/** Connections that one VPC has at a time. */
const MOST = 256;

type Settings = { descriptors: Descriptors; takeOver: TakeOver; log: Log };

export function apiDoors({ descriptors, takeOver, log }: Settings): ApiDoors {
  const doors = new Map<string, Door>();

  const open = (VpcId: string, vpcNamespace: string): Door => {
    takeForListener(descriptors);
    try {
      const server = createServer(
        { noDelay: true },
        admission(descriptors, (socket) => takeOver(socket, VpcId)),
      );
      server.on('error', (err) => log.warn('a connection to the API was not accepted', { err }));
      server.listen({
        fd: listenInNamespace({ namespace: namespacePath(vpcNamespace), address: IMDS_IPV4, port: API_PORT }),
      });
      return { server, holders: new Set(), isOpen: once(server, 'listening') };
    } catch (error) {
      descriptors.release();
      throw error;
    }
  };

  const release = (InstanceId: string) => {
    for (const [VpcId, { server, holders }] of doors) {
      if (!holders.delete(InstanceId) || holders.size > 0) continue;
      doors.delete(VpcId);
      server.close();
      descriptors.release();
    }
  };

  return {
    async hold(InstanceId, { VpcId, vpcNamespace }) {
      const door = doors.get(VpcId) ?? open(VpcId, vpcNamespace);
      doors.set(VpcId, door);
      door.holders.add(InstanceId);
      try {
        await door.isOpen;
      } catch (error) {
        release(InstanceId);
        throw error;
      }
    },
    release,
  };
}

/**
 * Who gets through one door: whoever holds the fewest of its connections finds room, so that no instance keeps the others of
 * its VPC out. Where they come from is known by their addresses, which the firewall has checked.
 */
function admission(descriptors: Descriptors, letIn: (socket: Socket) => void): (socket: Socket) => void {
  const ofDoor = share(MOST);
  const held = new Map<string, number>();
  const takeFor = (count: number) => {
    if (!ofDoor.takeAnother(count)) return false;
    if (descriptors.takeAnother(count)) return true;
    ofDoor.release();
    return false;
  };
  return (socket) => {
    const from = socket.remoteAddress;
    // Gone already.
    if (from === undefined || !takeFor(held.get(from) ?? 0)) {
      socket.destroy();
      return;
    }
    held.set(from, (held.get(from) ?? 0) + 1);
    socket.on('close', () => {
      const left = (held.get(from) ?? 1) - 1;
      if (left > 0) held.set(from, left);
      else held.delete(from);
      ofDoor.release();
      descriptors.release();
    });
    letIn(socket);
  };
}
