-- The schema that all migrations together make, to be read; nothing runs it. Written by sqlite-file.test.ts, which fails when
-- the two differ: after a new migration, "npx vitest run src/store/sqlite-file.test.ts -u" writes it again.

CREATE TABLE access_keys (
  "AccessKeyId" TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX access_keys_of_account ON access_keys (account);

CREATE TABLE address_pools (
  "SubnetId" TEXT PRIMARY KEY,
  next INTEGER NOT NULL,
  taken INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
  "SubnetId" TEXT NOT NULL,
  number INTEGER NOT NULL,
  owner TEXT,
  PRIMARY KEY ("SubnetId", number)
) STRICT, WITHOUT ROWID;

CREATE INDEX addresses_by_owner ON addresses (owner, "SubnetId", number);

CREATE TABLE documents (
  created INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  id TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (kind, account, region, id)
) STRICT;

CREATE TABLE instances (
  launch INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  "InstanceId" TEXT NOT NULL UNIQUE,
  "ReservationId" TEXT NOT NULL,
  "ImageId" TEXT NOT NULL,
  "InstanceType" TEXT NOT NULL,
  "KeyName" TEXT,
  "AvailabilityZone" TEXT NOT NULL,
  "SubnetId" TEXT NOT NULL,
  "VpcId" TEXT NOT NULL,
  "State" TEXT NOT NULL,
  "HttpTokens" TEXT NOT NULL,
  "HttpPutResponseHopLimit" TEXT NOT NULL,
  "HttpEndpoint" TEXT NOT NULL,
  "HttpProtocolIpv4" TEXT NOT NULL,
  "HttpProtocolIpv6" TEXT NOT NULL,
  "InstanceMetadataTags" TEXT NOT NULL,
  host TEXT NOT NULL,
  revision INTEGER NOT NULL,
  "terminatedAtMs" INTEGER,
  document TEXT NOT NULL
, "dueAtMs" INTEGER, "InstanceProfileName" TEXT, "AssociationId" TEXT) STRICT;

CREATE INDEX instances_by_association ON instances ("AssociationId") WHERE "AssociationId" IS NOT NULL;

CREATE INDEX instances_by_due_time ON instances ("dueAtMs", launch) WHERE "dueAtMs" IS NOT NULL;

CREATE INDEX instances_by_http_tokens ON instances (account, region, "HttpTokens", launch);

CREATE INDEX instances_by_profile ON instances (account, "InstanceProfileName", launch)
  WHERE "InstanceProfileName" IS NOT NULL;

CREATE INDEX instances_by_reservation ON instances (account, region, "ReservationId", launch);

CREATE INDEX instances_by_revision ON instances (host, revision, launch);

CREATE INDEX instances_by_state ON instances (account, region, "State", launch);

CREATE INDEX instances_by_termination ON instances ("terminatedAtMs") WHERE "terminatedAtMs" IS NOT NULL;

CREATE INDEX instances_in_scope ON instances (
  account, region, launch,
  "State", "HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "HttpProtocolIpv4", "HttpProtocolIpv6",
  "InstanceMetadataTags", "InstanceType", "ImageId", "AvailabilityZone", "SubnetId", "VpcId", "KeyName"
);

CREATE INDEX instances_with_association ON instances (account, region, launch) WHERE "AssociationId" IS NOT NULL;

CREATE TABLE revisions (last INTEGER NOT NULL) STRICT;

CREATE TABLE tags (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  "ResourceId" TEXT NOT NULL,
  "Key" TEXT NOT NULL,
  "Value" TEXT NOT NULL,
  "ResourceType" TEXT NOT NULL,
  launch INTEGER,
  PRIMARY KEY (account, region, "ResourceId", "Key")
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_of_instances ON tags (account, region, "Key", "Value", launch) WHERE launch IS NOT NULL;
