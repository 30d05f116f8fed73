-- CreateTable
CREATE TABLE "console"."setup_links" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "organization_name" TEXT NOT NULL,
    "purposes" TEXT[],
    "note" TEXT NOT NULL DEFAULT '',
    "token_hash" TEXT,
    "code_hash" TEXT,
    "ticket_hash" TEXT,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3),
    "browser_hash" TEXT,
    "last_seen_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_name" TEXT,
    "replaced_by_id" TEXT,
    "finished_at" TIMESTAMPTZ(3),
    "progress" JSONB NOT NULL DEFAULT '{}',
    "return_url" TEXT,
    "success_url" TEXT,

    CONSTRAINT "setup_links_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "setup_links_token_hash_key" ON "console"."setup_links"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "setup_links_code_hash_key" ON "console"."setup_links"("code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "setup_links_ticket_hash_key" ON "console"."setup_links"("ticket_hash");

-- CreateIndex
CREATE UNIQUE INDEX "setup_links_browser_hash_key" ON "console"."setup_links"("browser_hash");

-- CreateIndex
CREATE INDEX "setup_links_deployment_id_created_at_idx" ON "console"."setup_links"("deployment_id", "created_at");

-- CreateIndex
CREATE INDEX "setup_links_environment_id_organization_id_idx" ON "console"."setup_links"("environment_id", "organization_id");

-- CreateIndex
CREATE INDEX "setup_links_customer_id_idx" ON "console"."setup_links"("customer_id");

-- One link at a time for an organization. An expired one still counts: making another replaces it.
CREATE UNIQUE INDEX "setup_links_standing" ON "console"."setup_links"("environment_id", "organization_id")
  WHERE "revoked_at" IS NULL AND "finished_at" IS NULL;

-- AddForeignKey
ALTER TABLE "console"."setup_links" ADD CONSTRAINT "setup_links_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."setup_links" ADD CONSTRAINT "setup_links_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."setup_links" ADD CONSTRAINT "setup_links_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."setup_links" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."setup_links" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."setup_links" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
