/**
 * How an instance is built of Linux's network: which namespaces, devices, addresses and routes, as lines for `ip -batch`.
 *
 *   namespace of the instance          namespace of its VPC                    (one process serves all of them)
 *     eth0  10.0.0.5/20      ── veth ──  e0123456789abcdef   route 10.0.0.5     lo  169.254.169.254, fd00:ec2::254,
 *     default via 10.0.0.1              answers ARP for all                        10.0.0.1 of each subnet
 *
 * A VPC's namespace is its router and where the metadata services of its instances listen, one hop from each instance. VPCs
 * know nothing of each other, so their addresses may be alike. Names carry a prefix and the installation's id. Pure: the
 * same instance gives the same lines, and their fingerprint says whether what is there was built from them.
 */

import { createHash } from 'node:crypto';
import { addressAt, parseCidr } from '../../cidr.ts';
import type { Attachment, DesiredInstance, NetworkInterface, Subnet } from '../../model.ts';

export const IMDS_IPV4 = '169.254.169.254';
export const IMDS_IPV6 = 'fd00:ec2::254';

/** That of EC2's network. */
const MTU = 9001;
/** The VPC's end of every link; an instance has it as its router. */
const ROUTER_MAC = '02:ff:ff:ff:ff:ff';
const ROUTER_IPV6 = 'fe80::1';
/** Of it an instance without an IPv4 address has one, to ask the metadata service and the API from. */
export const LINK_LOCAL_IPV4 = '169.254.0.0/16';

export type Names = { prefix: string };

/** @param installation a few hexadecimal digits that no other installation on this machine has */
export function namesOf(installation: string): Names {
  return { prefix: `openimds-${installation}-` };
}

export type InterfaceLayout = {
  /** In the instance's namespace: `eth0`, `eth1`, …; in another's as the attachment says: `imds0`, `imds0.1`, … */
  device: string;
  /** In the VPC's: at most 15 characters, unique in the VPC. */
  hostDevice: string;
};

export type Layout = {
  InstanceId: string;
  namespace: string;
  /** Where the namespace exists without us: it has a network of its own that has to stay as it is. */
  attachment?: Attachment;
  vpcNamespace: string;
  interfaces: InterfaceLayout[];
  /** To be run where the process itself is. */
  links: string[];
  /** To be run in the VPC's namespace. */
  inVpc: string[];
  /** To be run in the instance's namespace. */
  inInstance: string[];
  /** 16 hexadecimal digits: of everything above. */
  fingerprint: string;
};

export function layoutOf({ instance, Subnets }: DesiredInstance, { prefix }: Names): Layout {
  const { Attachment: attachment } = instance;
  const own = `${prefix}${instance.InstanceId}`;
  const process = processOf(attachment);
  const namespace = attachment && process === undefined ? attachment.Netns : own;
  const vpcNamespace = `${prefix}${instance.VpcId}`;
  const parts = instance.NetworkInterfaces.map((nic) => {
    const subnet = Subnets.find(({ SubnetId }) => SubnetId === nic.SubnetId);
    return interfaceParts(nic, subnet, { namespace, vpcNamespace, attachment });
  });
  const named = process === undefined ? `netns add ${own}` : `netns attach ${own} ${process}`;
  const links = [...(namespace === own ? [named] : []), ...parts.flatMap((part) => part.links)];
  const inVpc = parts.flatMap((part) => part.inVpc);
  const first = attachment ? [] : ['link set lo up', imdsIpv6Line(false)];
  const inInstance = [...first, ...parts.flatMap((part) => part.inInstance)];
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([links, inVpc, inInstance]))
    .digest('hex')
    .slice(0, 16);
  const interfaces = parts.map(({ device, hostDevice }) => ({ device, hostDevice }));
  return {
    InstanceId: instance.InstanceId,
    namespace,
    ...(attachment && { attachment }),
    vpcNamespace,
    interfaces,
    links,
    inVpc,
    inInstance,
    fingerprint,
  };
}

/** The number of the process whose namespace an instance is attached to; its own name then leads there. */
export function processOf(attachment: Attachment | undefined): number | undefined {
  return attachment && /^\d+$/.test(attachment.Netns) ? Number(attachment.Netns) : undefined;
}

/** `e` and the last 14 digits of the interface's id, which has 17. */
function hostDeviceOf({ NetworkInterfaceId }: NetworkInterface): string {
  return `e${NetworkInterfaceId.slice(-14).replace('-', '')}`;
}

type Namespaces = Pick<Layout, 'namespace' | 'vpcNamespace'> & { attachment: Attachment | undefined };
type Parts = InterfaceLayout & Pick<Layout, 'links' | 'inVpc' | 'inInstance'>;

function interfaceParts(nic: NetworkInterface, subnet: Subnet | undefined, names: Namespaces): Parts {
  const device = deviceOf(nic, names.attachment);
  const hostDevice = hostDeviceOf(nic);
  const ipv4 = [nic.PrivateIpAddress ?? [], nic.SecondaryPrivateIpAddresses ?? []].flat();
  const router = subnet?.CidrBlock === undefined ? undefined : routerOf(subnet.CidrBlock);
  const length = subnet?.CidrBlock?.split('/')[1] ?? '32';
  const linkLocal = linkLocalIpv6(nic.MacAddress);
  const linkLocal4 = linkLocalIpv4(hostDevice);
  const reached = [
    ...(ipv4.length > 0 ? ipv4 : [linkLocal4]),
    ...nic.Ipv6Addresses,
    // Who has an address of a prefix is behind the instance, which does not answer for it itself.
    ...(nic.Ipv4Prefixes ?? []).map((prefix) => `${prefix} via ${ipv4[0]}`),
    ...(nic.Ipv6Prefixes ?? []).map((prefix) => `${prefix} via ${linkLocal}`),
  ];
  return {
    device,
    hostDevice,
    links: [
      `link add ${hostDevice} netns ${names.vpcNamespace} type veth peer name ${device} address ${nic.MacAddress} netns ${names.namespace}`,
    ],
    inVpc: [
      `link set ${hostDevice} address ${ROUTER_MAC} mtu ${MTU} addrgenmode none up`,
      `address add ${ROUTER_IPV6}/64 dev ${hostDevice} nodad`,
      ...(router === undefined ? [] : [`address replace ${router}/32 dev lo`]),
      ...reached.map(
        (address) =>
          `route add ${address} dev ${hostDevice} metric ${address === linkLocal4 ? metricOf(hostDevice) : 0}`,
      ),
    ],
    inInstance: [
      // The kernel would try its own link-local address for a second first, and connections made by then would hang.
      `link set dev ${device} mtu ${MTU} addrgenmode none up`,
      `address add ${linkLocal}/64 dev ${device} nodad`,
      ...(ipv4.length > 0 ? ipv4.map((address) => `${address}/${length}`) : [`${linkLocal4}/32`]).map(
        // Beside others, the way to the subnet must not take theirs.
        (address) => `address add ${address} dev ${device}${names.attachment ? ' metric 1000' : ''}`,
      ),
      ...nic.Ipv6Addresses.map((address) => `address add ${address}/128 dev ${device} nodad`),
      ...(names.attachment
        ? routesBesideOthers(device, nic)
        : routesOut(device, nic, ipv4.length > 0 ? router : undefined)),
    ],
  };
}

function deviceOf({ DeviceIndex }: NetworkInterface, attachment: Attachment | undefined): string {
  if (!attachment) return `eth${DeviceIndex}`;
  // Within the kernel's 15 characters, and no name that an attachment may have.
  return DeviceIndex === 0 ? attachment.Device : `${attachment.Device.slice(0, 12)}.${DeviceIndex}`;
}

/** Of an instance that is alone in its namespace. */
function routesOut(device: string, { DeviceIndex }: NetworkInterface, router: string | undefined): string[] {
  // Two interfaces may both lead out; the first one is preferred.
  const metric = 100 + DeviceIndex;
  return [
    `route add ${IMDS_IPV4}/32 dev ${device} metric ${metric}`,
    ...(router === undefined ? [] : [`route add default via ${router} dev ${device} metric ${metric}`]),
    // Also without an address of its own: whoever asks then learns at once that there is none.
    `route add ::/0 via ${ROUTER_IPV6} dev ${device} metric ${metric}`,
  ];
}

/**
 * To the metadata service and nowhere else, by the most preferred routes: where another one leads there already, the first
 * line fails instead of being without effect.
 */
function routesBesideOthers(device: string, { DeviceIndex, Ipv6Addresses, MacAddress }: NetworkInterface): string[] {
  // Otherwise packets could leave with an address of another link, which the VPC drops.
  const source = Ipv6Addresses[0] ?? linkLocalIpv6(MacAddress);
  return [
    `route add ${IMDS_IPV4}/32 dev ${device} metric ${DeviceIndex}`,
    `route add ${IMDS_IPV6}/128 via ${ROUTER_IPV6} dev ${device} src ${source} metric ${1 + DeviceIndex}`,
  ];
}

/** As the kernel makes it of a MAC address (RFC 4291, appendix A). */
function linkLocalIpv6(mac: string): string {
  const [first = 0, second, third, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const bytes = [first ^ 2, second, third, 0xff, 0xfe, ...rest] as number[];
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return addressAt({ family: 6, first: 0xfe80n << 112n, prefix: 64 }, value);
}

/**
 * One address of many, by the link: from 169.254.1.1 on, and below those at which AWS has services. Two links of a VPC have
 * the same one hardly ever, and then their routes differ in the metric: the metadata service is found all the same, and the
 * API by one of them.
 */
function linkLocalIpv4(hostDevice: string): string {
  const digits = createHash('sha256').update(hostDevice).digest('hex');
  const [third, fourth] = [digits.slice(8, 12), digits.slice(12, 16)].map((each) => Number.parseInt(each, 16));
  return `169.254.${1 + ((third as number) % 168)}.${1 + ((fourth as number) % 254)}`;
}

function metricOf(hostDevice: string): number {
  return 1 + (Number.parseInt(createHash('sha256').update(hostDevice).digest('hex').slice(0, 8), 16) % 0x7fffffff);
}

/** The subnet's second address, which AWS keeps for the router. */
function routerOf(CidrBlock: string): string | undefined {
  const cidr = parseCidr(CidrBlock);
  return cidr && addressAt(cidr, 1);
}

/**
 * Whether fd00:ec2::254 can be reached at all from within an instance, as a line to be run there. Without it the VPC's
 * router says so too, but a program that connects hears of that only a second later.
 */
export function imdsIpv6Line(enabled: boolean): string {
  return `route ${enabled ? 'del' : 'replace'} throw ${IMDS_IPV6}/128`;
}

/** What makes a namespace the router of a VPC, to be run in it. */
export const VPC_LINES: readonly string[] = [
  'link set lo up',
  `address replace ${IMDS_IPV4}/32 dev lo`,
  `address replace ${IMDS_IPV6}/128 dev lo nodad`,
];

/** What it has to be told of below /proc/sys/net, in it. */
export const VPC_SETTINGS: readonly (readonly [path: string, value: string])[] = [
  ['ipv4/ip_forward', '1'],
  ['ipv4/conf/all/proxy_arp', '1'],
  // Checked by the firewall, for both families alike.
  ['ipv4/conf/all/rp_filter', '0'],
  ['ipv4/conf/default/rp_filter', '0'],
  ['ipv4/conf/all/send_redirects', '0'],
  ['ipv4/conf/default/send_redirects', '0'],
  ['ipv6/conf/all/forwarding', '1'],
  ['ipv6/conf/all/accept_ra', '0'],
];
