-- AlterTable
ALTER TABLE "console"."allowlist_rules" ADD COLUMN     "pack_version" INTEGER;

-- CreateTable
CREATE TABLE "console"."deployment_capabilities" (
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "capability" TEXT NOT NULL,
    "pack_version" INTEGER NOT NULL,
    "answers" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployment_capabilities_pkey" PRIMARY KEY ("deployment_id","capability")
);

-- CreateIndex
CREATE INDEX "deployment_capabilities_capability_pack_version_idx" ON "console"."deployment_capabilities"("capability", "pack_version");

-- CreateIndex
CREATE INDEX "deployment_capabilities_customer_id_idx" ON "console"."deployment_capabilities"("customer_id");

-- AddForeignKey
ALTER TABLE "console"."deployment_capabilities" ADD CONSTRAINT "deployment_capabilities_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."deployment_capabilities" ADD CONSTRAINT "deployment_capabilities_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "console"."deployment_capabilities" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."deployment_capabilities" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."deployment_capabilities" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
