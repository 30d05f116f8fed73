-- CreateTable
CREATE TABLE "identity"."resources" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "parent_id" TEXT,
    "resource_type_slug" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."role_assignments" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "membership_id" TEXT NOT NULL,
    "role_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_assignments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."group_role_assignments" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "role_id" TEXT NOT NULL,
    "resource_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_role_assignments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "resources_environment_id_id_idx" ON "identity"."resources"("environment_id", "id");

-- CreateIndex
CREATE INDEX "resources_environment_id_resource_type_slug_id_idx" ON "identity"."resources"("environment_id", "resource_type_slug", "id");

-- CreateIndex
CREATE INDEX "resources_organization_id_id_idx" ON "identity"."resources"("organization_id", "id");

-- CreateIndex
CREATE INDEX "resources_organization_id_resource_type_slug_id_idx" ON "identity"."resources"("organization_id", "resource_type_slug", "id");

-- CreateIndex
CREATE INDEX "resources_parent_id_id_idx" ON "identity"."resources"("parent_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "resources_organization_id_resource_type_slug_external_id_key" ON "identity"."resources"("organization_id", "resource_type_slug", "external_id");

-- CreateIndex
CREATE INDEX "role_assignments_membership_id_id_idx" ON "identity"."role_assignments"("membership_id", "id");

-- CreateIndex
CREATE INDEX "role_assignments_resource_id_id_idx" ON "identity"."role_assignments"("resource_id", "id");

-- CreateIndex
CREATE INDEX "role_assignments_role_id_idx" ON "identity"."role_assignments"("role_id");

-- CreateIndex
CREATE UNIQUE INDEX "role_assignments_membership_id_resource_id_role_id_key" ON "identity"."role_assignments"("membership_id", "resource_id", "role_id");

-- CreateIndex
CREATE INDEX "group_role_assignments_group_id_id_idx" ON "identity"."group_role_assignments"("group_id", "id");

-- CreateIndex
CREATE INDEX "group_role_assignments_resource_id_id_idx" ON "identity"."group_role_assignments"("resource_id", "id");

-- CreateIndex
CREATE INDEX "group_role_assignments_role_id_idx" ON "identity"."group_role_assignments"("role_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_role_assignments_group_id_resource_id_role_id_key" ON "identity"."group_role_assignments"("group_id", "resource_id", "role_id");

-- AddForeignKey
ALTER TABLE "identity"."resources" ADD CONSTRAINT "resources_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."resources" ADD CONSTRAINT "resources_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."resources" ADD CONSTRAINT "resources_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "identity"."resources"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."role_assignments" ADD CONSTRAINT "role_assignments_membership_id_fkey" FOREIGN KEY ("membership_id") REFERENCES "identity"."organization_memberships"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."role_assignments" ADD CONSTRAINT "role_assignments_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "identity"."roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."role_assignments" ADD CONSTRAINT "role_assignments_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "identity"."resources"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."group_role_assignments" ADD CONSTRAINT "group_role_assignments_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "identity"."groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."group_role_assignments" ADD CONSTRAINT "group_role_assignments_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "identity"."roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."group_role_assignments" ADD CONSTRAINT "group_role_assignments_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "identity"."resources"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."resources" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."resources" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."resources" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."role_assignments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."role_assignments" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."role_assignments" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."group_role_assignments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."group_role_assignments" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."group_role_assignments" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
