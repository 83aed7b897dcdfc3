/**
 * Migration 3: instances are found by their instance profile, and by its association. Never edited once it is released.
 */

export const sql = `
ALTER TABLE instances ADD COLUMN "InstanceProfileName" TEXT;
ALTER TABLE instances ADD COLUMN "AssociationId" TEXT;
CREATE INDEX instances_by_profile ON instances (account, "InstanceProfileName", launch)
  WHERE "InstanceProfileName" IS NOT NULL;
CREATE INDEX instances_with_association ON instances (account, region, launch) WHERE "AssociationId" IS NOT NULL;
CREATE INDEX instances_by_association ON instances ("AssociationId") WHERE "AssociationId" IS NOT NULL;
`;
