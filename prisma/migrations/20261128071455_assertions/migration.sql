-- CreateEnum
CREATE TYPE "console"."assertion_must" AS ENUM ('allow', 'deny');

-- CreateTable
CREATE TABLE "console"."allowlist_assertions" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "must" "console"."assertion_must" NOT NULL,
    "direction" "console"."rule_direction" NOT NULL,
    "protocol" "console"."rule_protocol" NOT NULL,
    "port_from" INTEGER,
    "port_to" INTEGER,
    "peer_kind" "console"."peer_kind" NOT NULL,
    "peer" TEXT NOT NULL,
    "carried_by" TEXT NOT NULL DEFAULT 'application',
    "reason" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL DEFAULT '',
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "allowlist_assertions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "allowlist_assertions_deployment_id_retired_at_idx" ON "console"."allowlist_assertions"("deployment_id", "retired_at");

-- CreateIndex
CREATE INDEX "allowlist_assertions_customer_id_idx" ON "console"."allowlist_assertions"("customer_id");

-- AddForeignKey
ALTER TABLE "console"."allowlist_assertions" ADD CONSTRAINT "allowlist_assertions_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."allowlist_assertions" ADD CONSTRAINT "allowlist_assertions_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "console"."allowlist_assertions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."allowlist_assertions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."allowlist_assertions" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
