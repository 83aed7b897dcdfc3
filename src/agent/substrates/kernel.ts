/**
 * The few calls of Linux's kernel that Node has no way to: a socket in another network namespace, bound to one device, the
 * IP TTL of what a socket sends, also while it connects, and the way into a namespace.
 *
 * A server enters and leaves a namespace within one synchronous call, so that nothing else of it ever runs there: a socket
 * stays in the namespace in which it was made. Loading this costs some milliseconds; only who has to do with namespaces
 * does it.
 */

import { closeSync, existsSync, openSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { constants } from 'node:os';
import koffi from 'koffi';
import { parseAddress } from '../../cidr.ts';

// The process itself has libc already, whichever it is.
const libc = koffi.load(null);
const setns = libc.func('int setns(int fd, int nstype)');
const unshare = libc.func('int unshare(int flags)');
const mount = libc.func(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)',
);
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, unsigned int length)');
const listen = libc.func('int listen(int fd, int backlog)');
const connect = libc.func('int connect(int fd, const void *address, unsigned int length)');
const setsockopt = libc.func('int setsockopt(int fd, int level, int name, const void *value, unsigned int length)');
const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');
const poll = libc.func('int poll(void *fds, unsigned long count, int timeoutMs)');

// Numbers of Linux's headers, alike on all architectures that Node runs on.
const CLONE_NEWNET = 0x40000000;
const CLONE_NEWNS = 0x00020000;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_SLAVE = 0x80000;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const SO_BINDTODEVICE = 25;
const IPPROTO_IP = 0;
const IP_TTL = 2;
const IP_FREEBIND = 15;
const IPPROTO_TCP = 6;
const TCP_USER_TIMEOUT = 18;
const TCP_SAVE_SYN = 27;
const TCP_SAVED_SYN = 28;
const IPPROTO_IPV6 = 41;
const IPV6_UNICAST_HOPS = 16;
const IPV6_V6ONLY = 26;

const POLLOUT = 4;

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const BACKLOG = 511;
/** After so long without an acknowledgement the kernel gives a connection up; by itself it would take two minutes. */
const USER_TIMEOUT_MS = 5000;

/** A call of the kernel failed. `code` is the name of the errno, as Node has it. */
class KernelError extends Error {
  readonly code: string;

  constructor(call: string) {
    const code = nameOf(koffi.errno());
    super(`${call} failed: ${code}`);
    this.name = 'KernelError';
    this.code = code;
  }
}

function nameOf(errno: number): string {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
}

/**
 * Runs `work`, which must not wait for anything, in a network namespace.
 *
 * @param path for example `/run/netns/NAME` or `/proc/PID/ns/net`
 */
export function inNamespace<T>(path: string, work: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    const there = openSync(path, 'r');
    try {
      check('setns', setns(there, CLONE_NEWNET));
      return work();
    } finally {
      // Without the way back nothing that follows would be where it should.
      if (setns(home, CLONE_NEWNET) !== 0) process.abort();
      closeSync(there);
    }
  } finally {
    closeSync(home);
  }
}

/**
 * Takes this process into a network namespace for good: for who does something there and nothing more.
 *
 * @param path as for `inNamespace`
 * @throws KernelError EPERM when this is not root, EINVAL when the file is no namespace
 */
export function enterNamespace(path: string): void {
  const there = openSync(path, 'r');
  try {
    check('setns', setns(there, CLONE_NEWNET));
  } finally {
    closeSync(there);
  }
}

/**
 * Gives this process mounts of its own, in which /sys shows the interfaces of its network namespace.
 *
 * /sys shows those of the namespace in which it was mounted, and programs look there for theirs. Only two folders of it are
 * made anew: all of it would hide what is mounted below, such as control groups. Mounts that the machine makes later are
 * seen, and it sees none of these.
 *
 * @throws KernelError
 */
export function showOwnInterfaces(): void {
  if (!existsSync(INTERFACES)) return;
  check('unshare', unshare(CLONE_NEWNS));
  check('mount', mount('none', '/', null, MS_REC | MS_SLAVE, null));
  // There for a moment: what is needed of it is then mounted from it, and over it.
  check('mount', mount('sysfs', INTERFACES, 'sysfs', 0, null));
  for (const folder of [VIRTUAL_INTERFACES, INTERFACES]) {
    check('mount', mount(INTERFACES + folder.slice('/sys'.length), folder, null, MS_BIND, null));
  }
}

/** Links into the second. */
const INTERFACES = '/sys/class/net';
const VIRTUAL_INTERFACES = '/sys/devices/virtual/net';

/** With a device, nothing is taken that comes through another one. */
export type Listening = { namespace: string; device?: string; address: string; port: number };

/**
 * A listening TCP socket in a network namespace, which keeps the packets that open connections.
 *
 * @returns its file descriptor, for `server.listen({ fd })`
 * @throws KernelError
 */
export function listenInNamespace({ namespace, device, address, port }: Listening): number {
  return inNamespace(namespace, () => {
    const family = isIPv4(address) ? AF_INET : AF_INET6;
    const fd = check('socket', socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    try {
      setInteger(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      // The address may still be on its way to the device.
      setInteger(fd, IPPROTO_IP, IP_FREEBIND, 1);
      if (family === AF_INET6) setInteger(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
      setInteger(fd, IPPROTO_TCP, TCP_SAVE_SYN, 1);
      if (device !== undefined) {
        const name = Buffer.from(`${device}\0`);
        check('SO_BINDTODEVICE', setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length));
      }
      const bytes = socketAddress(address, port);
      check('bind', bind(fd, bytes, bytes.length));
      check('listen', listen(fd, BACKLOG));
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  });
}

/** IP allows 60 bytes of headers, and so does TCP; what has more is not worth knowing. */
const openingBytes = Buffer.alloc(128);
const openingLength = integer(0);

/**
 * The packet that opened a connection which such a socket accepted, from its IP header to the end of its TCP header.
 *
 * @returns undefined where the kernel does not have it, or had it and was asked before; what is returned is good until the
 *   next call
 */
export function openingPacket(fd: number): Uint8Array | undefined {
  writeInteger(openingLength, openingBytes.length);
  if (getsockopt(fd, IPPROTO_TCP, TCP_SAVED_SYN, openingBytes, openingLength) < 0) return undefined;
  const length = readInteger(openingLength);
  return length > 0 ? openingBytes.subarray(0, length) : undefined;
}

/**
 * From now on what the connected socket sends travels at most `hopLimit` hops, retransmissions included.
 *
 * @param family that of the socket
 * @throws KernelError
 */
export function limitHops(fd: number, family: 'IPv4' | 'IPv6', hopLimit: number): void {
  setHopLimit(fd, family, hopLimit);
  setInteger(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS);
}

function setHopLimit(fd: number, family: 'IPv4' | 'IPv6', hopLimit: number): void {
  if (family === 'IPv4') setInteger(fd, IPPROTO_IP, IP_TTL, hopLimit);
  else setInteger(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hopLimit);
}

/**
 * Begins to connect with packets that travel at most `hopLimit` hops.
 *
 * @returns the socket's file descriptor, for `connectResults`; who asked for it closes it
 * @throws KernelError when it fails at once, as without a route
 */
export function beginConnect({ address, port }: Pick<Listening, 'address' | 'port'>, hopLimit: number): number {
  const isV4 = isIPv4(address);
  const fd = check('socket', socket(isV4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  try {
    setHopLimit(fd, isV4 ? 'IPv4' : 'IPv6', hopLimit);
    const bytes = socketAddress(address, port);
    if (connect(fd, bytes, bytes.length) < 0 && koffi.errno() !== constants.errno.EINPROGRESS) {
      throw new KernelError('connect');
    }
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Waits until one of the connecting sockets at least has news, or the time is over. Nothing else of this process runs
 * meanwhile. That an ICMP error has come while `connect` itself was running the kernel tells only who asks: wait briefly.
 *
 * @returns for each socket `connected`, the name of the errno with which it failed, or undefined while it still connects
 */
export function connectResults(fds: readonly number[], timeoutMs: number): (string | undefined)[] {
  const SIZE = 8;
  const asked = Buffer.alloc(fds.length * SIZE);
  const view = new DataView(asked.buffer, asked.byteOffset, asked.length);
  fds.forEach((fd, index) => {
    view.setInt32(index * SIZE, fd, LITTLE_ENDIAN);
    view.setInt16(index * SIZE + 4, POLLOUT, LITTLE_ENDIAN);
  });
  check('poll', poll(asked, fds.length, timeoutMs));
  return fds.map((fd, index) => {
    const errno = getInteger(fd, SOL_SOCKET, SO_ERROR);
    if (errno !== 0) return nameOf(errno);
    return view.getInt16(index * SIZE + 6, LITTLE_ENDIAN) === 0 ? undefined : 'connected';
  });
}

function setInteger(fd: number, level: number, name: number, value: number): void {
  const bytes = integer(value);
  check(`setsockopt ${level}/${name}`, setsockopt(fd, level, name, bytes, bytes.length));
}

function getInteger(fd: number, level: number, name: number): number {
  const [bytes, length] = [integer(0), integer(4)];
  check(`getsockopt ${level}/${name}`, getsockopt(fd, level, name, bytes, length));
  return readInteger(bytes);
}

function readInteger(bytes: Buffer): number {
  return LITTLE_ENDIAN ? bytes.readInt32LE() : bytes.readInt32BE();
}

/** An `int` of C. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  writeInteger(bytes, value);
  return bytes;
}

function writeInteger(bytes: Buffer, value: number): void {
  if (LITTLE_ENDIAN) bytes.writeInt32LE(value);
  else bytes.writeInt32BE(value);
}

/** A sockaddr_in or sockaddr_in6. */
function socketAddress(address: string, port: number): Buffer {
  const { family, value } = parseAddress(address) ?? { family: 4, value: 0n };
  const bytes = Buffer.alloc(family === 4 ? 16 : 28);
  if (LITTLE_ENDIAN) bytes.writeUInt16LE(family === 4 ? AF_INET : AF_INET6);
  else bytes.writeUInt16BE(family === 4 ? AF_INET : AF_INET6);
  bytes.writeUInt16BE(port, 2);
  bytes.write(value.toString(16).padStart(family === 4 ? 8 : 32, '0'), family === 4 ? 4 : 8, 'hex');
  return bytes;
}

function check(call: string, result: number): number {
  if (result < 0) throw new KernelError(call);
  return result;
}
