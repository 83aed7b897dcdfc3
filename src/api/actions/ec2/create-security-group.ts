/**
 * CreateSecurityGroup: a name for instances to have, in a VPC where no other group has it.
 *
 * The name is one line of metadata, so what it may be made of matters here more than what the group lets through.
 */

import type { CreateSecurityGroupRequest, CreateSecurityGroupResult } from '@aws-sdk/client-ec2';
import { invalidGroupDuplicate, invalidParameterValue, missingParameter } from '../../../aws-errors.ts';
import { newId } from '../../../ids.ts';
import type { SecurityGroup } from '../../../model.ts';
import { action, ec2Arn } from '../../call.ts';
import { defaultVpc, findVpc, networkOf } from '../../network.ts';
import { securityGroupArn } from '../../security-group-shape.ts';
import { DEFAULT_GROUP } from '../../security-groups.ts';
import { tagsForNew } from '../../tags.ts';

/** API/CreateSecurityGroup: up to 255 of these. */
const CHARACTERS = 'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*';
const TEXT = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** API/CreateSecurityGroup. */
export const createSecurityGroup = action<CreateSecurityGroupRequest, CreateSecurityGroupResult>(
  async (input, call) => {
    const { tx, scope } = call;
    const GroupName = readName(input.GroupName ?? '');
    const Description = readDescription(input.Description ?? '');
    const tags = tagsForNew('security-group', input.TagSpecifications);
    const network = await networkOf(tx, scope);
    const { VpcId } = input.VpcId === undefined ? defaultVpc(network) : findVpc(network, input.VpcId);
    await call.permit([ec2Arn(scope, 'security-group', '*'), ec2Arn(scope, 'vpc', VpcId)], input.DryRun);
    const neighbours = network.securityGroups.filter((group) => group.VpcId === VpcId);
    if (neighbours.some((group) => sameName(group.GroupName, GroupName))) throw invalidGroupDuplicate(GroupName, VpcId);
    const group: SecurityGroup = { ...scope, GroupId: newId('sg'), GroupName, Description, VpcId };
    await tx.documents.put('security-group', scope, group.GroupId, group);
    await tx.tags.put(scope, { ResourceId: group.GroupId, ResourceType: 'security-group' }, tags);
    return { GroupId: group.GroupId, Tags: tags, SecurityGroupArn: securityGroupArn(group) };
  },
);

/** "Names are case-insensitive and must be unique within the VPC." */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Spaces at the end are cut off, as AWS does. */
function readName(given: string): string {
  const name = given.trimEnd();
  if (name.startsWith('sg-')) {
    throw invalidParameterValue(
      `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
    );
  }
  checkAscii('GroupName', name);
  if (name === '' || !TEXT.test(name)) {
    throw invalidParameterValue(
      `Invalid security group name. Valid names are non-empty strings less than 256 characters from the following set:  ${CHARACTERS}`,
    );
  }
  if (sameName(name, DEFAULT_GROUP)) {
    throw invalidParameterValue(`Cannot use reserved security group name: ${name}`);
  }
  return name;
}

function readDescription(description: string): string {
  if (description === '') throw missingParameter('GroupDescription');
  checkAscii('GroupDescription', description);
  if (!TEXT.test(description)) {
    throw invalidParameterValue(
      `Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  ${CHARACTERS}`,
    );
  }
  return description;
}

function checkAscii(parameter: string, value: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
  if (/^[\x00-\x7f]*$/.test(value)) return;
  throw invalidParameterValue(
    `Value (${value}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
  );
}
