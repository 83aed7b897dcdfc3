/**
 * What works: network namespaces, links between them, the rules that a VPC's firewall is written with, and a hop limit. Each
 * is tried for real in throw-away namespaces, and nothing else is changed.
 */

import { loadRuleset, runIp } from '../../agent/substrates/network-programs.ts';
import { type About, type Check, firstLine, notOk, notTried, ok } from './check.ts';
import { judgeHopLimit } from './judge-hop-limit.ts';
import { OWN_PREFIX } from './throw-away.ts';

const NAMESPACES: About = { name: 'network namespaces', remedy: 'namespaces' };
const VETH: About = { name: 'veth', remedy: 'veth' };
const EXPRESSIONS: About = { name: 'nft fib, reject', remedy: 'expressions' };
const IPV4: About = { name: 'hop limit, IPv4', remedy: 'hops' };
const IPV6: About = { name: 'hop limit, IPv6', remedy: 'hops' };

const NAMESPACE = `${OWN_PREFIX}check`;

/** Expressions that a kernel may lack; the firewall in `netns-firewall.ts` has both. */
const RULESET = `
table inet openimds {
  chain sources { type filter hook prerouting priority raw; fib saddr . iif oif missing drop; }
  chain input { type filter hook input priority filter; meta nfproto ipv6 reject with icmpv6 no-route; }
}
`;

/** @param missing the names of what is known to be missing */
export async function checkNetwork(missing: readonly string[]): Promise<Check[]> {
  const without = missing.filter((name) => ['Linux', 'root', 'ip'].includes(name));
  if (without.length > 0) return [NAMESPACES, VETH, EXPRESSIONS].map((about) => needs(about, without));
  const made = await attempt(NAMESPACES, 'can be made', () => runLine(`netns add ${NAMESPACE}`));
  if (made.status !== 'ok') return [made, ...[VETH, EXPRESSIONS].map((about) => needs(about, [NAMESPACES.name]))];
  const linked = await attempt(VETH, 'links can be made', () =>
    runLine(`link add link0 netns ${NAMESPACE} type veth peer name link1 netns ${NAMESPACE}`),
  );
  if (missing.includes('nft')) return [made, linked, needs(EXPRESSIONS, ['nft'])];
  return [made, linked, await attempt(EXPRESSIONS, 'rules are taken', () => loadRuleset(RULESET, NAMESPACE))];
}

/** @param missing the names of what is missing or does not work */
export async function checkHopLimit(missing: readonly string[], signal: AbortSignal): Promise<Check[]> {
  if (missing.length > 0) return [needs(IPV4, missing), needs(IPV6, missing)];
  try {
    const { tryHopLimit } = await import('./hop-limit-trial.ts');
    const { ipv4, ipv6 } = await tryHopLimit(signal);
    return [[IPV4, judgeHopLimit(ipv4)] as const, [IPV6, judgeHopLimit(ipv6)] as const].map(
      ([about, { isEnforced, found }]) => (isEnforced ? ok(about, found) : notOk(about, 'no', found)),
    );
  } catch (error) {
    signal.throwIfAborted();
    return [IPV4, IPV6].map((about) => notOk(about, 'no', firstLine(error)));
  }
}

function needs(about: About, missing: readonly string[]): Check {
  return notTried(about, `needs ${missing.join(', ')}`);
}

async function runLine(line: string): Promise<void> {
  const [first] = await runIp([line]);
  if (first) throw new Error(first.message);
}

async function attempt(about: About, found: string, work: () => Promise<void>): Promise<Check> {
  try {
    await work();
    return ok(about, found);
  } catch (error) {
    return notOk(about, 'no', firstLine(error));
  }
}
