/**
 * A user who may do nothing with network namespaces, whoever runs the tests: root gives that away first.
 */

/** What to put in front of a program and its arguments. */
export const POWERLESS: readonly string[] =
  process.getuid?.() === 0
    ? ['setpriv', '--bounding-set', '-net_admin,-sys_admin', '--inh-caps', '-net_admin,-sys_admin']
    : ['env'];
