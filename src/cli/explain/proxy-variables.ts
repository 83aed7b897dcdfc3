/**
 * Which variable of an environment would lead a program's requests for metadata to a proxy.
 *
 * As most clients read them: `http_proxy` or `all_proxy`, small or large, unless `no_proxy` has the host: by name, in a
 * block of addresses, or as `*`. The proxy itself is not told, as its address may hold a password.
 */

import { offsetOf, parseEnclosingCidr } from '../../cidr.ts';

const PROXIES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];

/**
 * @param hosts of the metadata service, IPv6 addresses without brackets
 * @returns the name of the variable, undefined where every host is excepted
 */
export function proxyVariableFor(env: NodeJS.ProcessEnv, hosts: readonly string[]): string | undefined {
  const name = PROXIES.find((each) => env[each]);
  if (name === undefined) return undefined;
  const exceptions = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/);
  return hosts.every((host) => exceptions.some((exception) => excepts(exception, host))) ? undefined : name;
}

function excepts(exception: string, host: string): boolean {
  if (exception === '*' || exception.replace(/^\[|\]$/g, '') === host) return true;
  const block = parseEnclosingCidr(exception);
  return block !== undefined && offsetOf(block, host) !== undefined;
}
