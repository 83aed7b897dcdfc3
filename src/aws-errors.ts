/**
 * Every error that the API answers: code, HTTP status and exact words, one function each.
 *
 * The message is for the caller and is AWS's wording where it is known (aws-behaviour 3.1, 3.4); context for the log
 * goes into `cause`. Nobody makes an AwsError elsewhere, each code has a row in docs/errors.md, and tests hold both.
 */

export class AwsError extends Error {
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** What some of Organizations' errors have beside the message, for programs. */
  readonly reason?: string;

  constructor(code: string, status: number, message: string, options?: { cause?: unknown; reason?: string }) {
    super(message, options);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    if (options?.reason !== undefined) this.reason = options.reason;
  }
}

// ─── Who are you ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Unknown key and wrong signature answer alike, so that nobody learns which keys exist. `why` goes to the log only. */
export function authFailure(why: string): AwsError {
  return new AwsError('AuthFailure', 401, 'AWS was not able to validate the provided access credentials', {
    cause: why,
  });
}

/** IAM and STS tell an unknown key from a wrong signature; EC2 makes an AuthFailure of both. `why` goes to the log only. */
export function invalidClientTokenId(why?: string): AwsError {
  return new AwsError('InvalidClientTokenId', 403, 'The security token included in the request is invalid.', {
    cause: why,
  });
}

export function signatureDoesNotMatch(why: unknown): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    { cause: why },
  );
}

/** What IAM and STS say where EC2 says RequestExpired of a signature. */
export function signatureExpired(): AwsError {
  return new AwsError('SignatureDoesNotMatch', 403, 'Signature expired: the request is too old, or from the future.');
}

/** Of temporary credentials. EC2 says RequestExpired. */
export function expiredToken(): AwsError {
  return new AwsError('ExpiredToken', 403, 'The security token included in the request is expired');
}

export function notAuthorizedForImage(imageId: string): AwsError {
  return new AwsError('AuthFailure', 401, `Not authorized for image:${imageId}`);
}

export function missingAuthenticationToken(): AwsError {
  return new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
}

/** @param what lacks or has the wrong form, for example `Authorization header requires 'Signature' parameter.` */
export function incompleteSignature(what: string): AwsError {
  return new AwsError('IncompleteSignature', 400, what);
}

export function requestExpired(): AwsError {
  return new AwsError('RequestExpired', 400, 'Request has expired.');
}

// ─── May you ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param resource `*` for an action without resources, of which AWS says nothing @param encoded what DecodeAuthorizationMessage takes */
export function unauthorizedOperation(
  principalArn: string,
  action: string,
  resource: string,
  why: string,
  encoded?: string,
): AwsError {
  const where = resource === '*' ? '' : ` on resource: ${resource}`;
  const decodable = encoded === undefined ? '' : `. Encoded authorization failure message: ${encoded}`;
  return new AwsError(
    'UnauthorizedOperation',
    403,
    `You are not authorized to perform this operation. User: ${principalArn} is not authorized to perform: ${action}${where} ${why}${decodable}`,
  );
}

/** How IAM, STS and other services that speak awsQuery say it. */
export function accessDenied(principalArn: string, action: string, resource: string, why: string): AwsError {
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource}${why && ` ${why}`}`,
  );
}

/** For what nobody is allowed, whatever policies say. @param message AWS's words */
export function neverAllowed(message: string): AwsError {
  return new AwsError('AccessDenied', 403, message);
}

export function dryRunOperation(): AwsError {
  return new AwsError('DryRunOperation', 412, 'Request would have succeeded, but DryRun flag is set.');
}

// ─── Policies ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param words AWS's sentence; `where` has line, column, path and reason, in words of our own */
export function malformedPolicyDocument(words: string, where: string, cause?: unknown): AwsError {
  return new AwsError('MalformedPolicyDocument', 400, `${words} (${where})`, { cause });
}

/** The same of a service control policy, for which Organizations has one sentence. */
export function malformedPolicyDocumentException(where: string, cause?: unknown): AwsError {
  return new AwsError(
    'MalformedPolicyDocumentException',
    400,
    `The provided policy document does not meet the requirements of the specified policy type. (${where})`,
    { cause },
  );
}

/** A quota of IAM's, in AWS's words. */
export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', 409, message);
}

/** A parameter of IAM's or STS's that is too long or has characters that may not be there, in AWS's words. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', 400, message);
}

// ─── IAM and STS ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** @param what for example `The user with name bob cannot be found.` */
export function noSuchEntity(what: string): AwsError {
  return new AwsError('NoSuchEntity', 404, what);
}

/** @param what for example `User with name bob already exists.` */
export function entityAlreadyExists(what: string): AwsError {
  return new AwsError('EntityAlreadyExists', 409, what);
}

/** @param why what has to be done before, for example `must detach all policies first.` */
export function deleteConflict(why: string): AwsError {
  return new AwsError('DeleteConflict', 409, why);
}

/** A quota of IAM's. @param name as AWS calls it, for example `AccessKeysPerUser` */
export function quotaExceeded(name: string, limit: number): AwsError {
  return new AwsError('LimitExceeded', 409, `Cannot exceed quota for ${name}: ${limit}`);
}

/** What the form of a parameter does not forbid, but its sense does. */
export function invalidIamInput(message: string): AwsError {
  return new AwsError('InvalidInput', 400, message);
}

/** A session's policy and tags are too many for its token. */
export function packedPolicyTooLarge(percent: number): AwsError {
  return new AwsError(
    'PackedPolicyTooLarge',
    400,
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

export function invalidAuthorizationMessage(): AwsError {
  return new AwsError('InvalidAuthorizationMessageException', 400, 'Message is not valid');
}

// ─── The request itself ──────────────────────────────────────────────────────────────────────────────────────────────

export function missingAction(): AwsError {
  return new AwsError('MissingAction', 400, 'The request is missing an action.');
}

export function invalidAction(action: string): AwsError {
  return new AwsError('InvalidAction', 400, `The action ${action} is not valid for this web service.`);
}

export function unknownParameter(name: string): AwsError {
  return new AwsError('UnknownParameter', 400, `The parameter ${name} is not recognized`);
}

/** What the services of the awsQuery protocol say where EC2 says InvalidAction in other words. */
export function operationNotFound(action: string, version = 'NO_VERSION_SPECIFIED'): AwsError {
  return new AwsError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
}

/** A parameter of the awsQuery protocol that there is not, or of another type. @param message house wording */
export function invalidQueryParameter(message: string): AwsError {
  return new AwsError('InvalidQueryParameter', 400, message);
}

export type Violation = {
  /** What was given; null where nothing was. */
  value: string | number | null;
  /** The parameter. */
  at: string;
  /** For example `not be null`, `have length less than or equal to 64`. */
  must: string;
};

/** All that is wrong with the parameters of a call of the awsQuery protocol, in AWS's words. */
export function validationErrors(violations: readonly Violation[]): AwsError {
  const said = violations.map(({ value, at, must }) => {
    const member = at.slice(0, 1).toLowerCase() + at.slice(1);
    const given = value === null ? 'null' : `'${value}'`;
    return `Value ${given} at '${member}' failed to satisfy constraint: Member must ${must}`;
  });
  const errors = said.length === 1 ? 'error' : 'errors';
  return validationError(`${said.length} validation ${errors} detected: ${said.join('; ')}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}`);
}

/** @param what house wording, for example ``the value of `MaxCount` is not an integer`` */
export function invalidParameterValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message);
}

export function invalidParameterCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombination', 400, message);
}

export function malformedQueryString(message: string): AwsError {
  return new AwsError('MalformedQueryString', 400, message);
}

/** What AWS's JSON protocols answer to a body that is no JSON, or in which something has the wrong type. */
export function serializationException(message = 'the body is not JSON in UTF-8'): AwsError {
  return new AwsError('SerializationException', 400, message);
}

/** It is not HTTP, or its head is too long or too slow. */
export function malformedRequest(): AwsError {
  return new AwsError('MalformedRequest', 400, 'The request is not HTTP that can be read.');
}

export function requestEntityTooLarge(limitBytes: number): AwsError {
  return new AwsError('RequestEntityTooLarge', 413, `The request is larger than ${limitBytes} bytes.`);
}

export function idempotentParameterMismatch(): AwsError {
  return new AwsError(
    'IdempotentParameterMismatch',
    400,
    'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical.',
  );
}

/** @param bounds for example `greater than or equal to 5` */
export function invalidMaxResults(value: number, bounds: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value ${bounds}.`,
  );
}

export function maxResultsBesideIds(action: string): AwsError {
  const ids = action.startsWith('DescribeInstance') ? 'instancesSet' : 'ids';
  return new AwsError(
    'InvalidParameterCombination',
    400,
    `The parameter ${ids} cannot be used with the parameter maxResults`,
  );
}

export function invalidNextToken(): AwsError {
  return new AwsError('InvalidNextToken', 400, 'The token is invalid.');
}

export function invalidFilter(name: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, `The filter '${name}' is invalid`);
}

/** @param limit for example `50 filters in a request` */
export function filterLimitExceeded(limit: string): AwsError {
  return new AwsError('FilterLimitExceeded', 400, `The request exceeds the limit of ${limit}.`);
}

export function unsupportedOperation(message: string): AwsError {
  return new AwsError('UnsupportedOperation', 400, message);
}

// ─── Instances ───────────────────────────────────────────────────────────────────────────────────────────────────────

export function invalidInstanceIdMalformed(id: string): AwsError {
  return new AwsError('InvalidInstanceID.Malformed', 400, `Invalid id: "${id}"`);
}

export function invalidInstanceIdNotFound(ids: string[]): AwsError {
  const message =
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`;
  return new AwsError('InvalidInstanceID.NotFound', 400, message);
}

/** @param verb what cannot be done in this state, for example `stopped` */
export function incorrectInstanceState(id: string, verb: string): AwsError {
  // Recordings begin with "The" where an instance is started, and with "This" elsewhere.
  const which = verb === 'started' ? 'The' : 'This';
  return new AwsError(
    'IncorrectInstanceState',
    400,
    `${which} instance '${id}' is not in a state from which it can be ${verb}.`,
  );
}

export function neverRan(id: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    400,
    `Instance '${id}' cannot be stopped as it has never reached the 'running' state.`,
  );
}

/** @param id of an instance that has an instance profile already */
export function associationExists(id: string): AwsError {
  return new AwsError('IncorrectState', 400, `There is an existing association for instance ${id}`);
}

export function neitherRunningNorStopped(id: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    400,
    `The instance '${id}' is not in the 'running' or 'stopped' states.`,
  );
}

/** @param id of the association of an instance profile */
export function invalidAssociationIdNotFound(id: string): AwsError {
  return new AwsError('InvalidAssociationID.NotFound', 400, `An invalid association-id of '${id}' was given`);
}

/** @param how it was named */
export function invalidInstanceProfile(how: 'name' | 'arn', value: string): AwsError {
  const what = how === 'name' ? 'name' : 'ARN';
  return invalidParameterValue(
    `Value (${value}) for parameter iamInstanceProfile.${how} is invalid. Invalid IAM Instance Profile ${what}`,
  );
}

export function profileWithoutRole(arn: string): AwsError {
  return invalidParameterValue(`IAM Instance Profile "${arn}" has no associated IAM Roles`);
}

export function notAttached(id: string): AwsError {
  return new AwsError('IncorrectInstanceState', 400, `Instance '${id}' is not attached to a network namespace.`);
}

/** @param owner the instance that is attached to it, where the caller may know */
export function namespaceTaken(name: string, owner?: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, `the namespace \`${name}\` has ${owner ?? 'an instance'} already`);
}

/** AWS's code for an event that cannot be found; its words are not known. */
export function invalidInstanceEventIdNotFound(eventId: string, instanceId: string): AwsError {
  return new AwsError(
    'InvalidInstanceEventIDNotFound',
    400,
    `the instance \`${instanceId}\` has no event \`${eventId}\`; openimds event list shows those that it has`,
  );
}

/** For what can be changed only while an instance is stopped. */
export function notStopped(id: string): AwsError {
  return new AwsError('IncorrectInstanceState', 400, `The instance '${id}' is not in the 'stopped' state.`);
}

/** For what can be changed until an instance ends. */
export function alreadyEnding(id: string): AwsError {
  return new AwsError(
    'IncorrectInstanceState',
    400,
    `The instance '${id}' must be in a 'running', 'pending', 'stopping' or 'stopped' state for this operation.`,
  );
}

/** @param verb what is not permitted, for example `stopped`; `attribute` is what forbids it */
export function operationNotPermitted(id: string, verb: string, attribute: string): AwsError {
  return new AwsError(
    'OperationNotPermitted',
    400,
    `The instance '${id}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
  );
}

export function multipleInterfaces(id: string): AwsError {
  return new AwsError(
    'InvalidInstanceID',
    400,
    `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
  );
}

export function instanceLimitExceeded(limit: number): AwsError {
  return new AwsError(
    'InstanceLimitExceeded',
    400,
    `You have requested more instances than your current instance limit of ${limit} allows.`,
  );
}

/** AWS lets a user stop a Spot instance only where its request will bring it back. */
export function oneTimeSpotInstance(id: string): AwsError {
  return new AwsError(
    'UnsupportedOperation',
    400,
    `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
  );
}

/** @param why AWS's words, for example `Invalid device name /dev/sde1` */
export function invalidBlockDeviceMapping(why: string): AwsError {
  return new AwsError('InvalidBlockDeviceMapping', 400, why);
}

export function attachmentLimitExceeded(count: number, type: string): AwsError {
  return new AwsError('AttachmentLimitExceeded', 400, `Interface count ${count} exceeds the limit for ${type}`);
}

export function invalidUserDataMalformed(): AwsError {
  return new AwsError('InvalidUserData.Malformed', 400, 'Invalid BASE64 encoding of user data.');
}

export function architectureMismatch(ofType: string[], ofImage: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `The architecture '${ofType.join(',')}' of the specified instance type does not match the architecture '${ofImage}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
  );
}

export function unknownAttribute(name: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `Value (${name}) for parameter attribute is invalid. Unknown attribute.`,
  );
}

/** What ModifyInstanceAttribute answers to a type that RunInstances calls an InvalidParameterValue. */
export function invalidInstanceAttributeValue(instanceType: string): AwsError {
  return new AwsError('InvalidInstanceAttributeValue', 400, `Invalid value '${instanceType}' for InstanceType.`);
}

// ─── Metadata options ────────────────────────────────────────────────────────────────────────────────────────────────

/** @param legal what may be specified instead, for example `either 'enabled' or 'disabled'` */
export function invalidMetadataOption(option: string, value: string | number, legal: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `A value of '${value}' is not valid for ${option}. Specify ${legal} and try again.`,
  );
}

/** AWS's words of 2019 (aws-behaviour 3.4). `hint` goes to the log only. */
export function httpEndpointNotEnabled(option: string, hint?: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `The HttpEndpoint is not set to 'enabled' in this request. To specify a value for ${option}, set HttpEndpoint to 'enabled'.`,
    { cause: hint },
  );
}

export function httpProtocolIpv6NeedsNitro(): AwsError {
  return new AwsError(
    'UnsupportedOperation',
    400,
    'The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types.',
  );
}

/** AWS says "launch" for a modification too. */
export function httpTokensEnforced(): AwsError {
  return new AwsError(
    'UnsupportedOperation',
    400,
    "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.",
  );
}

/** What AWS says where a declarative policy has no message of its own (Organizations UG/orgs_manage_policies_ec2). */
const ORGANIZATIONAL_POLICY = 'This action is denied due to an organizational policy in effect';

/** The code is not known; EC2 has this one for what an account may not do now, whatever its policies say. */
export function managedByDeclarativePolicy(message = ORGANIZATIONAL_POLICY): AwsError {
  return new AwsError('OperationNotPermitted', 400, message);
}

/** The doubled backslash is AWS's. */
export function invalidTagKeyForMetadata(key: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
  );
}

// ─── Networks ────────────────────────────────────────────────────────────────────────────────────────────────────────

export function invalidSubnetIdNotFound(id: string): AwsError {
  return new AwsError('InvalidSubnetID.NotFound', 400, `The subnet ID '${id}' does not exist`);
}

export function invalidVpcIdNotFound(id: string): AwsError {
  return new AwsError('InvalidVpcID.NotFound', 400, `The vpc ID '${id}' does not exist`);
}

export function invalidGroupNotFound(id: string): AwsError {
  return new AwsError('InvalidGroup.NotFound', 400, `The security group '${id}' does not exist`);
}

/** Names are looked up in the default VPC only. */
export function invalidGroupNotFoundInDefaultVpc(name: string, vpcId: string): AwsError {
  return new AwsError(
    'InvalidGroup.NotFound',
    400,
    `The security group '${name}' does not exist in default VPC '${vpcId}'`,
  );
}

/** The group is of another VPC than the instance. */
export function differentNetworks(): AwsError {
  return new AwsError(
    'InvalidGroup.NotFound',
    400,
    'You have specified two resources that belong to different networks.',
  );
}

export function invalidGroupIdMalformed(id: string): AwsError {
  return new AwsError('InvalidGroupId.Malformed', 400, `Invalid id: "${id}" (expecting "sg-...")`);
}

export function invalidGroupDuplicate(name: string, vpcId: string): AwsError {
  return new AwsError('InvalidGroup.Duplicate', 400, `The security group '${name}' already exists for VPC '${vpcId}'`);
}

export function cannotDeleteDefaultGroup(groupId: string): AwsError {
  return new AwsError(
    'CannotDelete',
    400,
    `the specified group: "${groupId}" name: "default" cannot be deleted by a user`,
  );
}

export function dependencyViolation(id: string): AwsError {
  return new AwsError('DependencyViolation', 400, `resource ${id} has a dependent object`);
}

export function insufficientFreeAddressesInSubnet(subnetId: string): AwsError {
  return new AwsError(
    'InsufficientFreeAddressesInSubnet',
    400,
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  );
}

/** There are free addresses, but no 16 that stand together. */
export function insufficientCidrBlocks(): AwsError {
  return new AwsError(
    'InsufficientCidrBlocks',
    400,
    'The specified subnet does not have enough free cidr blocks to satisfy the request.',
  );
}

/** All public addresses of the installation are given out. */
export function insufficientAddressCapacity(): AwsError {
  return new AwsError(
    'InsufficientAddressCapacity',
    500,
    'Not enough available addresses to satisfy your minimum request.',
  );
}

/** An interface has only so many addresses of a family; a prefix counts as one. */
export function privateIpAddressLimitExceeded(): AwsError {
  return new AwsError('PrivateIpAddressLimitExceeded', 400, 'Number of private addresses will exceed limit.');
}

/** @param zone the one that is asked for, or that of the other interfaces */
export function subnetInOtherZone(zone: string, subnetId: string, zoneOfSubnet: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    400,
    `Value (${zone}) for parameter availabilityZone is invalid. Subnet '${subnetId}' is in the availability zone ${zoneOfSubnet}`,
  );
}

export function noIpv6ForType(type: string): AwsError {
  return new AwsError('InvalidParameterCombination', 400, `IPv6 is not supported for the instance type '${type}'.`);
}

/** @param what for example `subnet ID` */
export function instanceLevelBesideInterfaces(what: string): AwsError {
  return new AwsError(
    'InvalidParameterCombination',
    400,
    `Network interfaces and an instance-level ${what} may not be specified on the same request`,
  );
}

export function invalidIpAddressInUse(address: string): AwsError {
  return new AwsError('InvalidIPAddress.InUse', 400, `Address ${address} is in use.`);
}

/** @param family how AWS names the block, `CIDR` or `IPv6 CIDR` */
export function invalidSubnetRange(family: string, cidr: string): AwsError {
  return new AwsError('InvalidSubnet.Range', 400, `The ${family} '${cidr}' is invalid.`);
}

/** @param family as in `invalidSubnetRange` */
export function invalidSubnetConflict(family: string, cidr: string): AwsError {
  return new AwsError('InvalidSubnet.Conflict', 400, `The ${family} '${cidr}' conflicts with another subnet`);
}

/** @param version `ipv4`, whose parameter AWS calls `cidrBlock`, or `ipv6` */
export function missingSubnetBlock(version: 'ipv4' | 'ipv6'): AwsError {
  const block = version === 'ipv4' ? 'cidrBlock' : 'ipv6CidrBlock';
  return new AwsError('MissingParameter', 400, `Either '${block}' or '${version}IpamPoolId' should be provided.`);
}

// ─── Key pairs, images, instance types ───────────────────────────────────────────────────────────────────────────────

export function invalidKeyPairNotFound(name: string): AwsError {
  return new AwsError('InvalidKeyPair.NotFound', 400, `The key pair '${name}' does not exist`);
}

export function invalidKeyPairIdNotFound(id: string): AwsError {
  return new AwsError('InvalidKeyPair.NotFound', 400, `The key pair ID '${id}' does not exist`);
}

export function invalidKeyPairDuplicate(): AwsError {
  return new AwsError('InvalidKeyPair.Duplicate', 400, 'The keypair already exists');
}

export function invalidKeyFormat(): AwsError {
  return new AwsError('InvalidKey.Format', 400, 'Key is not in valid OpenSSH public key format');
}

export function invalidAmiIdNotFound(ids: string[]): AwsError {
  const message =
    ids.length === 1 ? `The image id '[${ids[0]}]' does not exist` : `The image ids '[${ids.join(', ')}]' do not exist`;
  return new AwsError('InvalidAMIID.NotFound', 400, message);
}

export function invalidAmiIdMalformed(id: string): AwsError {
  return new AwsError('InvalidAMIID.Malformed', 400, `Invalid id: "${id}" (expecting "ami-...")`);
}

export function invalidAmiNameDuplicate(name: string, imageId: string): AwsError {
  return new AwsError('InvalidAMIName.Duplicate', 400, `AMI name ${name} is already in use by AMI ${imageId}`);
}

export function invalidAmiNameMalformed(): AwsError {
  return new AwsError(
    'InvalidAMIName.Malformed',
    400,
    "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
  );
}

/** What AWS answers to an attribute that an image never has. */
export function invalidRequest(): AwsError {
  return new AwsError('InvalidRequest', 400, 'The request received was invalid.');
}

/** What AWS answers to everybody who asks for the block devices of an image as an attribute. */
export function restrictedImageAttribute(): AwsError {
  return new AwsError('AuthFailure', 401, 'Unauthorized attempt to access restricted resource');
}

export function invalidUserIdMalformed(id: string): AwsError {
  return new AwsError('InvalidUserID.Malformed', 400, `Invalid user id: "${id}"`);
}

export function invalidInstanceType(names: string[]): AwsError {
  return new AwsError(
    'InvalidInstanceType',
    400,
    `The following supplied instance types do not exist: [${names.join(', ')}]`,
  );
}

// ─── Tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function invalidId(id: string): AwsError {
  return new AwsError('InvalidID', 400, `The ID '${id}' is not valid`);
}

export function tagLimitExceeded(limit: number): AwsError {
  return new AwsError('TagLimitExceeded', 400, `The maximum number of Tags for a resource is ${limit}.`);
}

// ─── What AWS's JSON services say instead ────────────────────────────────────────────────────────────────────────────

/** As AuthFailure: unknown key and wrong signature answer alike. `why` goes to the log only. */
export function unrecognizedClientException(why: unknown): AwsError {
  return new AwsError('UnrecognizedClientException', 400, 'The security token included in the request is invalid.', {
    cause: why,
  });
}

export function missingAuthenticationTokenException(): AwsError {
  return new AwsError('MissingAuthenticationTokenException', 400, 'Missing Authentication Token');
}

/** @param what as in IncompleteSignature */
export function incompleteSignatureException(what: string): AwsError {
  return new AwsError('IncompleteSignatureException', 400, what);
}

export function invalidSignatureException(): AwsError {
  return new AwsError('InvalidSignatureException', 400, 'Signature expired');
}

/** As ExpiredToken. */
export function expiredTokenException(): AwsError {
  return new AwsError('ExpiredTokenException', 400, 'The security token included in the request is expired');
}

export function accessDeniedException(principalArn: string, action: string, resource: string, why: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    400,
    `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}

export function unknownOperationException(): AwsError {
  return new AwsError('UnknownOperationException', 400, 'the operation is not offered');
}

export function internalFailure(cause: unknown): AwsError {
  return new AwsError('InternalFailure', 500, 'An internal error has occurred', { cause });
}

// ─── Organizations ───────────────────────────────────────────────────────────────────────────────────────────────────

export function awsOrganizationsNotInUse(): AwsError {
  return new AwsError('AWSOrganizationsNotInUseException', 400, 'Your account is not a member of an organization.');
}

export function alreadyInOrganization(): AwsError {
  return new AwsError('AlreadyInOrganizationException', 400, 'The AWS account is already a member of an organization.');
}

/** What a member account is told that may not, whatever its policies say: only the management account may. */
export function notTheManagementAccount(): AwsError {
  return new AwsError('AccessDeniedException', 400, "You don't have permissions to access this resource.");
}

export function organizationNotEmpty(): AwsError {
  return new AwsError(
    'OrganizationNotEmptyException',
    400,
    'To delete an organization you must first remove all member accounts (except the master).',
  );
}

/** Also what MoveAccount answers where the account is not below the source that was given. */
export function accountNotFound(): AwsError {
  return new AwsError('AccountNotFoundException', 400, "You specified an account that doesn't exist.");
}

export function duplicateAccount(): AwsError {
  return new AwsError('DuplicateAccountException', 400, 'the account is there already');
}

export function createAccountStatusNotFound(): AwsError {
  return new AwsError('CreateAccountStatusNotFoundException', 400, 'there is no such request for an account');
}

export function masterCannotLeaveOrganization(): AwsError {
  return new AwsError(
    'MasterCannotLeaveOrganizationException',
    400,
    'the management account cannot be removed; delete the organization instead',
  );
}

export function rootNotFound(): AwsError {
  return new AwsError('RootNotFoundException', 400, "You specified a root that doesn't exist.");
}

export function organizationalUnitNotFound(): AwsError {
  return new AwsError(
    'OrganizationalUnitNotFoundException',
    400,
    "You specified an organizational unit that doesn't exist.",
  );
}

export function organizationalUnitNotEmpty(): AwsError {
  return new AwsError('OrganizationalUnitNotEmptyException', 400, 'there are accounts or other OUs in the OU');
}

export function duplicateOrganizationalUnit(): AwsError {
  return new AwsError('DuplicateOrganizationalUnitException', 400, 'An OU with the same name already exists.');
}

export function parentNotFound(): AwsError {
  return new AwsError('ParentNotFoundException', 400, "You specified a parent that doesn't exist.");
}

export function sourceParentNotFound(): AwsError {
  return new AwsError('SourceParentNotFoundException', 400, "You specified a source parent that doesn't exist.");
}

export function destinationParentNotFound(): AwsError {
  return new AwsError(
    'DestinationParentNotFoundException',
    400,
    "You specified a destination parent that doesn't exist.",
  );
}

export function childNotFound(): AwsError {
  return new AwsError('ChildNotFoundException', 400, "You specified a child that doesn't exist.");
}

export function targetNotFound(): AwsError {
  return new AwsError('TargetNotFoundException', 400, "You specified a target that doesn't exist.");
}

export function policyNotFound(): AwsError {
  return new AwsError('PolicyNotFoundException', 400, "You specified a policy that doesn't exist.");
}

export function policyInUse(): AwsError {
  return new AwsError('PolicyInUseException', 400, 'the policy is attached to something; detach it first');
}

export function policyNotAttached(): AwsError {
  return new AwsError('PolicyNotAttachedException', 400, 'the policy is not attached to the target');
}

export function duplicatePolicy(): AwsError {
  return new AwsError('DuplicatePolicyException', 400, 'A policy with the specified name and type already exists.');
}

/** With the words that AWS has for a name that is taken. */
export function duplicatePolicyAttachment(): AwsError {
  return new AwsError(
    'DuplicatePolicyAttachmentException',
    400,
    'A policy with the specified name and type already exists.',
  );
}

export function policyTypeAlreadyEnabled(): AwsError {
  return new AwsError('PolicyTypeAlreadyEnabledException', 400, 'The specified policy type is already enabled.');
}

export function policyTypeNotEnabled(): AwsError {
  return new AwsError(
    'PolicyTypeNotEnabledException',
    400,
    'This operation can be performed only for enabled policy types.',
  );
}

/** @param why house wording */
export function policyTypeNotAvailable(why: string): AwsError {
  return new AwsError('PolicyTypeNotAvailableForOrganizationException', 400, why);
}

export function effectivePolicyNotFound(): AwsError {
  return new AwsError('EffectivePolicyNotFoundException', 400, 'no policy of this type is in effect for the account');
}

/** AWS's reasons, and its words where they are known. */
export const CONSTRAINTS = {
  MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'You have attached the maximum number of policies to the specified target.',
  MAX_TAG_LIMIT_EXCEEDED: 'You have exceeded the number of tags allowed on this resource.',
  MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
  OU_DEPTH_LIMIT_EXCEEDED: 'OUs are nested five levels deep at most',
  POLICY_CONTENT_LIMIT_EXCEEDED: 'You have exceeded the maximum policy size.',
} as const;

export type ConstraintReason = keyof typeof CONSTRAINTS;

export function constraintViolation(reason: ConstraintReason): AwsError {
  return new AwsError('ConstraintViolationException', 400, CONSTRAINTS[reason], { reason });
}

export const INVALID_INPUTS = {
  DUPLICATE_TAG_KEY: 'Tag keys must be unique among the tags attached to the same entity.',
  IMMUTABLE_POLICY: "You specified a policy that is managed by AWS and can't be modified.",
  INPUT_REQUIRED: 'You must include a value for all required parameters.',
  INVALID_ENUM: 'You specified an invalid value.',
  INVALID_ENUM_POLICY_TYPE: 'You specified an invalid policy type string.',
  INVALID_NEXT_TOKEN: 'the token is not one that this operation has answered',
  INVALID_PATTERN: 'You provided a value that does not match the required pattern.',
  INVALID_PATTERN_TARGET_ID: "You specified a policy target ID that doesn't match the required pattern.",
  INVALID_SYSTEM_TAGS_PARAMETER:
    "You specified a tag key that is a system tag: AWS keeps those that begin with 'aws:'.",
  MAX_LENGTH_EXCEEDED: 'You provided a string parameter that is longer than allowed.',
  MAX_VALUE_EXCEEDED: 'You provided a numeric parameter that has a larger value than allowed.',
  MIN_LENGTH_EXCEEDED: 'You provided a string parameter that is shorter than allowed.',
  MIN_VALUE_EXCEEDED: 'You provided a numeric parameter that has a smaller value than allowed.',
  TARGET_NOT_SUPPORTED: "You can't perform the specified operation on that target entity.",
} as const;

export type InvalidInputReason = keyof typeof INVALID_INPUTS;

/** @param parameter follows AWS's sentence, which names none */
export function invalidInput(reason: InvalidInputReason, parameter: string): AwsError {
  return new AwsError('InvalidInputException', 400, `${INVALID_INPUTS[reason]} (\`${parameter}\`)`, { reason });
}

// ─── EC2 Instance Connect ────────────────────────────────────────────────────────────────────────────────────────────

export function invalidArgsException(message: string): AwsError {
  return new AwsError('InvalidArgsException', 400, message);
}

export function ec2InstanceNotFoundException(message: string): AwsError {
  return new AwsError('EC2InstanceNotFoundException', 400, message);
}

export function ec2InstanceStateInvalidException(): AwsError {
  return new AwsError(
    'EC2InstanceStateInvalidException',
    400,
    'Unable to connect because the instance is not in a valid state.',
  );
}

export function ec2InstanceUnavailableException(): AwsError {
  return new AwsError('EC2InstanceUnavailableException', 400, 'The instance is currently unavailable.');
}

export function throttlingException(): AwsError {
  return new AwsError('ThrottlingException', 400, 'The requests were made too frequently and have been throttled.');
}

// ─── Ours alone ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** A browser sent it for a page of another site. */
export function crossSiteRequest(): AwsError {
  return new AwsError('AccessDenied', 403, 'A page of another site may not use this API.');
}

export function notFound(): AwsError {
  return new AwsError('NotFound', 404, 'There is nothing at this path. The API answers at `/`.');
}

/** What only its host knows of an instance is asked for, and that cannot be reached. */
export function unavailable(InstanceId: string): AwsError {
  return new AwsError('Unavailable', 503, `The host of the instance '${InstanceId}' cannot be asked at the moment.`);
}

/** A bug of ours: the caller learns the request id, the log has the cause. */
export function internalError(cause: unknown): AwsError {
  return new AwsError('InternalError', 500, 'An internal error has occurred', { cause });
}
