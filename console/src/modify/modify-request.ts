/**
 * What somebody changes of metadata options, the request that it makes of each instance, and the `aws` command for it.
 *
 * What was left as it is, is not in the request, so that instances with different values keep theirs.
 */

import type { MetadataOptionsRequest } from '../../../src/model.ts';
import { shellCommand } from '../aws-command/shell-words.ts';

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
  const command = (id: string) => {
    const flags = Object.entries(request).flatMap(([option, value]) => [flagOf(option), String(value)]);
    const words = ['aws', 'ec2', 'modify-instance-metadata-options', '--region', region, '--instance-id', id, ...flags];
    return shellCommand(words);
  };
  if (ids.length === 1) return command(ids[0] ?? '');
  const body = command('INSTANCE').replace('INSTANCE', '"$instance"').replaceAll('\n', '\n  ');
  return `for instance in ${ids.join(' ')}\ndo\n  ${body}\ndone`;
}

/** `HttpPutResponseHopLimit` is `--http-put-response-hop-limit`. */
function flagOf(option: string): string {
  return `-${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
