/**
 * What somebody fills in to launch instances, and the request that it makes.
 *
 * What was left alone is not in the request, so that the account, the AMI and what is built in decide it, as with the CLI.
 */

import type { MetadataOptionsRequest, Tag } from '../../../src/model.ts';
import type {
  Image,
  InstanceProfile,
  InstanceTypeInfo,
  KeyPairInfo,
  RunInstancesRequest,
  Subnet,
} from '../api/services.ts';

/** As chosen; an absent option was left to the defaults, and the hop limit is what was typed. */
export type ChosenOptions = Omit<MetadataOptionsRequest, 'HttpPutResponseHopLimit'> & {
  HttpPutResponseHopLimit?: string;
};

export type LaunchForm = {
  Name: string;
  /** Beside the name. */
  tags: readonly Tag[];
  image: Image | undefined;
  type: InstanceTypeInfo | undefined;
  keyPair: KeyPairInfo | undefined;
  subnet: Subnet | undefined;
  profile: InstanceProfile | undefined;
  UserData: string;
  /** Whether it is base64 already. */
  isBase64: boolean;
  /** What was typed. */
  count: string;
  options: ChosenOptions;
};

export const EMPTY_FORM: LaunchForm = {
  Name: '',
  tags: [],
  image: undefined,
  type: undefined,
  keyPair: undefined,
  subnet: undefined,
  profile: undefined,
  UserData: '',
  isBase64: false,
  count: '1',
  options: {},
};

/** The tags that the instances get; a row in which nothing was written is none. */
export function tagsOf({ Name, tags }: LaunchForm): Tag[] {
  const name = Name.trim() === '' ? [] : [{ Key: 'Name', Value: Name.trim() }];
  return [...name, ...tags.filter(({ Key, Value }) => Key !== '' || Value !== '')];
}

/** The options as a request has them. Beside an endpoint that is off others say nothing, and AWS rejects them. */
export function optionsOf({ options }: LaunchForm): MetadataOptionsRequest {
  if (options.HttpEndpoint === 'disabled') return { HttpEndpoint: 'disabled' };
  const { HttpPutResponseHopLimit: hops = '', ...others } = options;
  return { ...others, ...(hops.trim() !== '' && { HttpPutResponseHopLimit: Number(hops) }) };
}

/** User data in base64, as the request has it; undefined for none. */
export function userDataOf({ UserData, isBase64 }: LaunchForm): string | undefined {
  if (UserData.trim() === '') return undefined;
  return isBase64 ? UserData.replaceAll(/\s/g, '') : base64(new TextEncoder().encode(UserData));
}

/** @param ClientToken makes a second attempt launch nothing more */
export function requestOf(form: LaunchForm, ClientToken?: string): RunInstancesRequest {
  const tags = tagsOf(form);
  const options = optionsOf(form);
  const UserData = userDataOf(form);
  return {
    ImageId: form.image?.ImageId,
    InstanceType: form.type?.InstanceType,
    MinCount: Number(form.count),
    MaxCount: Number(form.count),
    KeyName: form.keyPair?.KeyName,
    SubnetId: form.subnet?.SubnetId,
    ...(form.profile && { IamInstanceProfile: { Name: form.profile.InstanceProfileName } }),
    ...(Object.keys(options).length > 0 && { MetadataOptions: options }),
    ...(tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] }),
    UserData,
    ClientToken,
  };
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
