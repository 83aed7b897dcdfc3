/**
 * Where programs on instances reach the control plane's API, as they reach EC2's at AWS: at one port of the metadata
 * service's address, in the namespace of each VPC.
 *
 * What is accepted there is handed on with the VPC that it comes from, and decides nothing here. The VPC's firewall has
 * checked by then that the source address is the instance's own.
 *
 * INVARIANT: a door is open only while an instance that holds it stands in its VPC, so that its namespace is still there.
 */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Descriptors } from '../descriptors.ts';
import { listenInNamespace } from './kernel.ts';
import { namespacePath } from './netns-attachment.ts';
import { IMDS_IPV4 } from './netns-layout.ts';

export const API_PORT = 4566;
export const API_URL = `http://${IMDS_IPV4}:${API_PORT}`;

/** Takes over a connection that comes from within a VPC. */
export type TakeOver = (socket: Socket, VpcId: string) => void;

export type ApiDoors = {
  /** Opens the door of a VPC for an instance there, unless it holds it already. */
  hold(InstanceId: string, vpc: { VpcId: string; vpcNamespace: string }): Promise<void>;
  /** The last one closes the door. */
  release(InstanceId: string): void;
};

type Door = { server: Server; holders: Set<string>; isOpen: Promise<unknown> };

/** Connections that one VPC has at a time. */
const MOST = 256;

export function apiDoors(descriptors: Descriptors, takeOver: TakeOver): ApiDoors {
  const doors = new Map<string, Door>();

  const open = (VpcId: string, vpcNamespace: string): Door => {
    if (!descriptors.take()) {
      throw new Error('this process may not open more files: raise its limit (`ulimit -n`), or terminate instances');
    }
    let held = 0;
    const server = createServer({ noDelay: true }, (socket) => {
      if (!descriptors.takeAnother(held)) {
        socket.destroy();
        return;
      }
      held++;
      socket.on('close', () => {
        held--;
        descriptors.release();
      });
      takeOver(socket, VpcId);
    });
    server.maxConnections = MOST;
    server.listen({
      fd: listenInNamespace({ namespace: namespacePath(vpcNamespace), address: IMDS_IPV4, port: API_PORT }),
    });
    return { server, holders: new Set(), isOpen: once(server, 'listening') };
  };

  return {
    async hold(InstanceId, { VpcId, vpcNamespace }) {
      const door = doors.get(VpcId) ?? open(VpcId, vpcNamespace);
      doors.set(VpcId, door);
      door.holders.add(InstanceId);
      await door.isOpen;
    },

    release(InstanceId) {
      for (const [VpcId, { server, holders }] of doors) {
        if (!holders.delete(InstanceId) || holders.size > 0) continue;
        doors.delete(VpcId);
        server.close();
        descriptors.release();
      }
    },
  };
}
