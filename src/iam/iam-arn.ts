/**
 * ARNs of what an account has in IAM, as seen from a Region: IAM knows no Regions, and its ARNs have the Region's partition.
 */

import { partitionOf } from '../catalogue/regions.ts';
import type { Scope } from '../model.ts';

/** For example `arn:aws:iam::123456789012:role/team/web`. @param Path `/`, or `/…/` */
export function iamArn(
  { account, region }: Scope,
  type: string,
  { Path, name }: { Path: string; name: string },
): string {
  return `arn:${partitionOf(region)}:iam::${account}:${type}${Path}${name}`;
}
