-- CreateIndex
CREATE INDEX "organization_memberships_organization_id_user_id_idx" ON "identity"."organization_memberships"("organization_id", "user_id");
