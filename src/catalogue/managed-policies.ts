/**
 * The managed policies of AWS that people attach most, with AWS's names and paths.
 *
 * Facts in our own words: each allows what AWS's allows of the services that matter here, and not every service that AWS
 * lists. Their unique ids are ours.
 */

export type AwsManagedPolicy = {
  PolicyName: string;
  /** As in its ARN. */
  Path: string;
  PolicyId: string;
  Description: string;
  CreateDate: string;
  Document: string;
};

const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });

function policy(number: number, PolicyName: string, Description: string, Statement: object[]): AwsManagedPolicy {
  return {
    PolicyName,
    Path: '/',
    PolicyId: `ANPAAWSMANAGED${String(number).padStart(7, '0')}`,
    Description,
    CreateDate: '2015-02-06T18:39:46Z',
    Document: JSON.stringify({ Version: '2012-10-17', Statement }, null, 2),
  };
}

export const awsManagedPolicies: readonly AwsManagedPolicy[] = [
  policy(1, 'AdministratorAccess', 'Allows everything.', [allow('*')]),
  policy(2, 'PowerUserAccess', 'Allows everything but the management of users, groups and the organization.', [
    { Effect: 'Allow', NotAction: ['account:*', 'iam:*', 'organizations:*'], Resource: '*' },
    allow([
      'account:GetAccountInformation',
      'account:GetPrimaryEmail',
      'account:ListRegions',
      'iam:CreateServiceLinkedRole',
      'iam:DeleteServiceLinkedRole',
      'iam:ListRoles',
      'organizations:DescribeOrganization',
    ]),
  ]),
  policy(3, 'ReadOnlyAccess', 'Allows to look at everything.', [
    allow([
      'autoscaling:Describe*',
      'autoscaling:GetPredictiveScalingForecast',
      'cloudtrail:Describe*',
      'cloudtrail:Get*',
      'cloudtrail:List*',
      'cloudtrail:LookupEvents',
      'cloudwatch:Describe*',
      'cloudwatch:Get*',
      'cloudwatch:List*',
      'ec2:Describe*',
      'ec2:Get*',
      'ec2:ListImagesInRecycleBin',
      'ec2:ListSnapshotsInRecycleBin',
      'ec2:SearchLocalGatewayRoutes',
      'ec2:SearchTransitGatewayRoutes',
      'elasticloadbalancing:Describe*',
      'iam:Generate*',
      'iam:Get*',
      'iam:List*',
      'iam:Simulate*',
      'logs:Describe*',
      'logs:FilterLogEvents',
      'logs:Get*',
      'logs:List*',
      'organizations:Describe*',
      'organizations:List*',
      's3:Get*',
      's3:List*',
      'ssm:Describe*',
      'ssm:Get*',
      'ssm:List*',
      'sts:GetAccessKeyInfo',
      'sts:GetCallerIdentity',
      'sts:GetSessionToken',
      'tag:Get*',
    ]),
  ]),
  policy(4, 'IAMFullAccess', 'Allows everything in IAM.', [
    allow([
      'iam:*',
      'organizations:DescribeAccount',
      'organizations:DescribeOrganization',
      'organizations:DescribeOrganizationalUnit',
      'organizations:DescribePolicy',
      'organizations:ListChildren',
      'organizations:ListParents',
      'organizations:ListPolicies',
      'organizations:ListPoliciesForTarget',
      'organizations:ListRoots',
      'organizations:ListTargetsForPolicy',
    ]),
  ]),
  policy(5, 'AmazonEC2FullAccess', 'Allows everything in EC2, and what is used beside it.', [
    allow(['autoscaling:*', 'cloudwatch:*', 'ec2:*', 'elasticloadbalancing:*']),
    allow('iam:CreateServiceLinkedRole', {
      Condition: {
        StringEquals: {
          'iam:AWSServiceName': [
            'autoscaling.amazonaws.com',
            'ec2scheduled.amazonaws.com',
            'elasticloadbalancing.amazonaws.com',
            'spot.amazonaws.com',
            'spotfleet.amazonaws.com',
            'transitgateway.amazonaws.com',
          ],
        },
      },
    }),
  ]),
  policy(6, 'AmazonEC2ReadOnlyAccess', 'Allows to look at everything in EC2, and at what is used beside it.', [
    allow([
      'autoscaling:Describe*',
      'cloudwatch:Describe*',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:ListMetrics',
      'ec2:Describe*',
      'ec2:GetSecurityGroupsForVpc',
      'elasticloadbalancing:Describe*',
    ]),
  ]),
  policy(7, 'AmazonSSMManagedInstanceCore', 'Allows an instance to be managed by Systems Manager.', [
    allow([
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
      'ssm:DescribeAssociation',
      'ssm:DescribeDocument',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:PutInventory',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]),
  ]),
];
