-- CreateTable
CREATE TABLE "console"."directories" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "organization_name" TEXT NOT NULL DEFAULT '',
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "users_active" INTEGER,
    "users_inactive" INTEGER,
    "group_count" INTEGER,
    "last_sync_at" TIMESTAMPTZ(3),
    "problem" TEXT NOT NULL DEFAULT '',
    "synced_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "directories_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "directories_deployment_id_idx" ON "console"."directories"("deployment_id");

-- CreateIndex
CREATE INDEX "directories_environment_id_idx" ON "console"."directories"("environment_id");

-- AddForeignKey
ALTER TABLE "console"."directories" ADD CONSTRAINT "directories_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."directories" ADD CONSTRAINT "directories_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."directories" ADD CONSTRAINT "directories_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."directories" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."directories" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."directories" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
