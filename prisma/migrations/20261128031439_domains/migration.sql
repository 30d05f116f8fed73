-- CreateTable
CREATE TABLE "console"."domains" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "organization_name" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "record_name" TEXT NOT NULL DEFAULT '',
    "record_value" TEXT NOT NULL DEFAULT '',
    "looked_at" TIMESTAMPTZ(3),
    "verdict" TEXT NOT NULL DEFAULT '',
    "look" JSONB,
    "synced_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "domains_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "domains_deployment_id_idx" ON "console"."domains"("deployment_id");

-- CreateIndex
CREATE INDEX "domains_environment_id_name_idx" ON "console"."domains"("environment_id", "name");

-- AddForeignKey
ALTER TABLE "console"."domains" ADD CONSTRAINT "domains_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."domains" ADD CONSTRAINT "domains_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."domains" ADD CONSTRAINT "domains_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."domains" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."domains" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."domains" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
