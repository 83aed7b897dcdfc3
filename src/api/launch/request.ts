/**
 * A request for instances as the protocol reads it: AWS's shape, with the option that AWS's model does not have.
 */

import type { InstanceNetworkInterfaceSpecification, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { MetadataOptionsRequest } from '../../model.ts';

export type LaunchRequest = RunInstancesRequest & { MetadataOptions?: MetadataOptionsRequest };

export type InterfaceSpecification = InstanceNetworkInterfaceSpecification;
