-- CreateTable
CREATE TABLE "console"."allowlist_exports" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "file_sha256" TEXT NOT NULL,
    "rules" INTEGER NOT NULL,
    "left_out" INTEGER NOT NULL,
    "sets" JSONB NOT NULL DEFAULT '[]',
    "taken_by_id" TEXT NOT NULL,
    "taken_by_name" TEXT NOT NULL,
    "taken_from" TEXT,
    "served_list_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "allowlist_exports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."served_lists" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "direction" "console"."rule_direction" NOT NULL,
    "protocol" "console"."rule_protocol",
    "port_from" INTEGER,
    "port_to" INTEGER,
    "token_hash" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_name" TEXT,
    "last_fetched_at" TIMESTAMPTZ(3),
    "last_fetched_from" TEXT,
    "served_sha256" TEXT,
    "served_changed_at" TIMESTAMPTZ(3),
    "window_began_at" TIMESTAMPTZ(3),
    "window_fetches" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "served_lists_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "allowlist_exports_deployment_id_created_at_idx" ON "console"."allowlist_exports"("deployment_id", "created_at");

-- CreateIndex
CREATE INDEX "allowlist_exports_deployment_id_digest_idx" ON "console"."allowlist_exports"("deployment_id", "digest");

-- CreateIndex
CREATE INDEX "allowlist_exports_customer_id_idx" ON "console"."allowlist_exports"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "served_lists_token_hash_key" ON "console"."served_lists"("token_hash");

-- CreateIndex
CREATE INDEX "served_lists_deployment_id_created_at_idx" ON "console"."served_lists"("deployment_id", "created_at");

-- CreateIndex
CREATE INDEX "served_lists_customer_id_idx" ON "console"."served_lists"("customer_id");

-- AddForeignKey
ALTER TABLE "console"."allowlist_exports" ADD CONSTRAINT "allowlist_exports_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."allowlist_exports" ADD CONSTRAINT "allowlist_exports_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."allowlist_exports" ADD CONSTRAINT "allowlist_exports_served_list_id_fkey" FOREIGN KEY ("served_list_id") REFERENCES "console"."served_lists"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."served_lists" ADD CONSTRAINT "served_lists_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."served_lists" ADD CONSTRAINT "served_lists_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "console"."allowlist_exports" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."allowlist_exports" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."allowlist_exports" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."served_lists" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."served_lists" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."served_lists" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

-- Who took what away stays as it was written.
REVOKE UPDATE, DELETE ON "console"."allowlist_exports" FROM sallyport_console, sallyport_worker;
