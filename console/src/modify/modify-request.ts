/**
 * What somebody changes of metadata options, the request that it makes of each instance, and the `aws` command for it.
 *
 * What was left as it is, is not in the request, so that instances with different values keep theirs.
 */

import type { MetadataOptionsRequest } from '../../../src/model.ts';
import { shellLoop } from '../aws-command/shell-words.ts';

/** As chosen; an absent option stays as it is, and the hop limit is what was typed. */
export type ChosenOptions = Omit<MetadataOptionsRequest, 'HttpPutResponseHopLimit'> & {
  HttpPutResponseHopLimit?: string;
};

/** Beside an endpoint that is turned off other options say nothing, and AWS rejects them. */
export function requestOf(chosen: ChosenOptions): MetadataOptionsRequest {
  if (chosen.HttpEndpoint === 'disabled') return { HttpEndpoint: 'disabled' };
  const { HttpPutResponseHopLimit: hops = '', ...others } = chosen;
  return { ...others, ...(hops.trim() !== '' && { HttpPutResponseHopLimit: Number(hops) }) };
}

/** For several instances as a shell's loop. */
export function modifyCommand(request: MetadataOptionsRequest, ids: readonly string[], region: string): string {
  const flags = Object.entries(request).flatMap(([option, value]) => [flagOf(option), String(value)]);
  const command = ['aws', 'ec2', 'modify-instance-metadata-options', '--region', region];
  return shellLoop('instance', ids, (id) => [...command, '--instance-id', id, ...flags]);
}

/** `HttpPutResponseHopLimit` is `--http-put-response-hop-limit`. */
function flagOf(option: string): string {
  return `-${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
