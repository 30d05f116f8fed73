-- CreateTable
CREATE TABLE "identity"."directory_role_plans" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "mappings" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_role_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."directory_failures" (
    "environment_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "method" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "directory_failures_pkey" PRIMARY KEY ("directory_id","kind")
);

-- CreateIndex
CREATE UNIQUE INDEX "directory_role_plans_directory_id_state_key" ON "identity"."directory_role_plans"("directory_id", "state");

-- AddForeignKey
ALTER TABLE "identity"."directory_role_plans" ADD CONSTRAINT "directory_role_plans_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_failures" ADD CONSTRAINT "directory_failures_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."directory_role_plans" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_role_plans" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_role_plans" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_failures" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_failures" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_failures" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
