/**
 * How to get what a machine lacks: a line for each thing that `openimds doctor` looks at, with the package names of Debian
 * and Fedora. `openimds up` says the same of what keeps it from making namespaces.
 */

export const REMEDIES = {
  Linux: 'network namespaces are a thing of Linux: use a Linux machine, or a virtual machine with Linux',
  root: 'run it as root (sudo); in a container, with --privileged or --cap-add NET_ADMIN --cap-add SYS_ADMIN',
  IPv6: 'start the kernel without ipv6.disable=1, also where instances use IPv4 only',
  ip: 'Debian: apt-get install iproute2; Fedora: dnf install iproute',
  nft: 'Debian: apt-get install nftables; Fedora: dnf install nftables',
  nsenter: 'Debian: apt-get install util-linux; Fedora: dnf install util-linux',
  namespaces: 'mounting below /run/netns must be allowed; in a container, with --privileged',
  veth: 'modprobe veth; the module is in linux-image-amd64 (Debian) and kernel-modules (Fedora)',
  expressions: 'modprobe -a nft_fib_inet nft_reject_inet; in linux-image-amd64 (Debian) and kernel-modules (Fedora)',
  koffi: 'install openimds anew on this machine, with its dependencies (npm): koffi brings a build for each system',
  files: 'raise the limit (ulimit -n 65536; in a unit of systemd LimitNOFILE=65536)',
  state: 'name a directory that this user may write with --state or OPENIMDS_STATE',
  hops: 'something here changes the IP TTL of packets or drops them; what else is hooked into the network (nft, eBPF)?',
} as const;

export type Remedied = keyof typeof REMEDIES;

/** What there is without it. */
export function leftWithout(name: Remedied): string {
  if (name === 'files') return 'fewer instances at a time';
  if (name === 'state') return '`openimds up` does not start';
  return 'instances as loopback addresses, which need none of this (`openimds up`)';
}
