/**
 * Policies as people have them: of a user who launches instances, and of the organization above.
 *
 * What the benchmarks do is allowed by all of them to the user `alice`, in us-east-1, also without TLS on this machine.
 */

export const ACCOUNT = '111122223333';
const SERVICES = ['s3', 'sqs', 'lambda', 'dynamodb', 'logs'];

/** Of 20 statements 8 are about EC2, 3 of them about launches; 5 have wildcards in their actions, 8 conditions. */
export function identityPolicy(number: number): string {
  const ec2 = 'arn:aws:ec2:*:*';
  const other = (index: number) => SERVICES[(number + index) % SERVICES.length];
  const statements = [
    {
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: `${ec2}:*`,
      Condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
    },
    {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: `${ec2}:instance/*`,
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    {
      Effect: 'Deny',
      Action: ['ec2:RunInstances', 'ec2:StartInstances'],
      Resource: `${ec2}:instance/*`,
      Condition: { NumericGreaterThan: { 'ec2:MetadataHttpPutResponseHopLimit': '3' } },
    },
    { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:Get*'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['ec2:StopInstances', 'ec2:TerminateInstances', 'ec2:ModifyInstanceMetadataOptions'],
      Resource: `${ec2}:instance/*`,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy.
      Condition: { StringEqualsIfExists: { 'aws:ResourceTag/owner': '${aws:username}' } },
    },
    {
      Effect: 'Deny',
      Action: 'ec2:Modify*',
      Resource: '*',
      Condition: { StringNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/admins', 'arn:aws:iam::*:user/alice'] } },
    },
    {
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: `${ec2}:instance/*`,
      Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
    {
      Effect: 'Deny',
      NotAction: ['ec2:*', 'iam:*', 's3:*', 'sqs:*', 'lambda:*'],
      Resource: `arn:aws:other-${number}:::x`,
    },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition: { NumericLessThan: { 'ec2:RoleDelivery': '2.0' } } },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' }, NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
    },
    ...Array.from({ length: 10 }, (_, index) => ({
      Effect: 'Allow',
      Action: [`${other(index)}:Get${index}`, `${other(index)}:Put${index}`],
      Resource: `arn:aws:${other(index)}:*:${ACCOUNT}:thing-${index}/*`,
    })),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function scp(level: number): string {
  const statements = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: 'arn:aws:ec2:*:*:instance/*',
      Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
    },
    {
      Effect: 'Deny',
      NotAction: ['iam:*', 'organizations:*', 'sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2'] } },
    },
    { Effect: 'Deny', Action: ['organizations:LeaveOrganization', `account:Close${level}`], Resource: '*' },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
