/**
 * The inside of the namespace that `as-on-ec2.ts` makes: brings its network up, forwards what comes to EC2's metadata
 * addresses to the socket files, runs the program and ends as it ends.
 *
 *   unshare --net --mount node inside-namespace.ts FOLDER-OF-SOCKET-FILES PROGRAM ARGUMENT…
 *
 * It changes addresses and mounts, so it refuses to run anywhere but in a namespace that nobody has set up yet.
 */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, isIPv6, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

const [folder = '', program = '', ...args] = process.argv.slice(2);

// Even the loopback interface of a new namespace is down.
if (Object.keys(networkInterfaces()).length > 0) throw new Error('this is no new network namespace');

// Otherwise /sys/class/net would show the interfaces of the machine.
execFileSync('mount', ['-t', 'sysfs', 'sysfs', '/sys']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
await forward('169.254.169.254', join(folder, 'ipv4'));
await forward('fd00:ec2::254', join(folder, 'ipv6'));

const [status] = await once(spawn(program, args, { stdio: 'inherit' }), 'exit');
process.exit(status ?? 128);

/** An endpoint that the instance does not have has no file, and its address is not there. */
async function forward(host: string, path: string): Promise<void> {
  if (!existsSync(path)) return;
  // Otherwise nobody may listen at an IPv6 address until the system has looked whether another machine has it.
  execFileSync('ip', ['address', 'add', host, 'dev', 'lo', ...(isIPv6(host) ? ['nodad'] : [])]);
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const door = connect({ path, allowHalfOpen: true });
    copy(client, door);
    copy(door, client);
  });
  await once(server.listen(80, host), 'listening');
}

/** Not `pipe`: that looks at `process.stdout`, which makes it non-blocking for the program too, and its output has gaps. */
function copy(from: Socket, to: Socket): void {
  from.on('data', (bytes: Buffer) => to.write(bytes));
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}
