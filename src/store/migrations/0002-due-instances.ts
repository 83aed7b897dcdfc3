/**
 * Migration 2: instances are found by when something of them is due. Never edited once it is released.
 */

export const sql = `
ALTER TABLE instances ADD COLUMN "dueAtMs" INTEGER;
CREATE INDEX instances_by_due_time ON instances ("dueAtMs", launch) WHERE "dueAtMs" IS NOT NULL;
`;
