/**
 * What a launch has to be allowed on: every resource by itself, as conditions see it (`iam/ec2-launch-context.ts`).
 *
 * Options and tags are those that the request gives, also where the account or the AMI decides others (aws-behaviour 4.1).
 */

import { requestTagKeys } from '../../iam/context.ts';
import { ec2Resource, metadataOptionKeys, type ResourceContext } from '../../iam/ec2-context.ts';
import { launchResources } from '../../iam/ec2-launch-context.ts';
import { launchAsAsked, tagsByType } from '../../iam/ec2-launch-request.ts';
import { type Call, ec2Arn } from '../call.ts';
import { readTags } from '../tags.ts';
import type { LaunchPlan } from './plan.ts';
import type { LaunchRequest } from './request.ts';

/** The resources that RunInstances must be allowed on (aws-behaviour 4.3). */
export async function resourcesOf(
  plan: LaunchPlan,
  request: LaunchRequest,
  { tx, scope }: Call,
): Promise<ResourceContext[]> {
  const { image, type, interfaces, keyPair, placement } = plan;
  const groups = new Map(interfaces.flatMap((each) => each.groups.map((group) => [group.GroupId, group])));
  const subnets = interfaces.map(({ subnet }) => subnet.SubnetId);
  const existing = [image.ImageId, ...subnets, ...groups.keys(), ...(keyPair ? [keyPair.KeyPairId] : [])];
  const asPlanned = ({ subnet, associatePublicIp }: LaunchPlan['interfaces'][0]) => ({
    subnet,
    associatePublicIpAddress: associatePublicIp,
  });
  const [primary, ...others] = interfaces;
  const launch = launchAsAsked(request, {
    scope,
    InstanceType: type.InstanceType,
    ...(placement && { placement }),
    ...(plan.profile && { instanceProfileArn: plan.profile.arn }),
    image,
    interfaces: [asPlanned(primary), ...others.map(asPlanned)],
    securityGroups: [...groups.values()],
    ...(keyPair && { keyPair }),
    resourceTags: await tx.tags.of(scope, existing),
  });
  return launchResources({ ...launch, requestTags: requestTags(request) });
}

/** The launch that a client token has brought about before: it was allowed then, and makes nothing now. */
export function resourcesMadeBefore(request: LaunchRequest, { scope }: Call): ResourceContext[] {
  const options = metadataOptionKeys(request.MetadataOptions ?? {});
  const facts = { 'ec2:InstanceType': request.InstanceType, ...requestTagKeys(requestTags(request).instance ?? []) };
  return [ec2Resource({ action: 'ec2:RunInstances', scope }, ec2Arn(scope, 'instance', '*'), options, facts)];
}

/** Checked. @throws InvalidParameterValue and others, as readTags */
function requestTags(request: LaunchRequest): ReturnType<typeof tagsByType> {
  const given = tagsByType(request);
  return Object.fromEntries(Object.entries(given).map(([type, tags]) => [type, readTags(tags)]));
}
