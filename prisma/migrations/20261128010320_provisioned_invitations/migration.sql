-- AlterTable
ALTER TABLE "identity"."organization_memberships" ADD COLUMN     "invited_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "organization_memberships_status_invited_at_idx" ON "identity"."organization_memberships"("status", "invited_at");

-- Whoever waits already was told by somebody, or is not to be surprised by a message now.
UPDATE "identity"."organization_memberships" SET "invited_at" = now() WHERE "status" = 'pending' AND "directory_managed";
