-- CreateEnum
CREATE TYPE "console"."errand_state" AS ENUM ('asked', 'done', 'failed');

-- CreateTable
CREATE TABLE "console"."gateways" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "previous_token_hash" TEXT,
    "previous_token_ends_at" TIMESTAMPTZ(3),
    "token_changed_at" TIMESTAMPTZ(3) NOT NULL,
    "parent_proxy_url" TEXT,
    "parent_proxy_authorization_sealed" TEXT,
    "buffer_bytes_max" BIGINT NOT NULL DEFAULT 10000000000,
    "buffer_age_seconds_max" INTEGER NOT NULL DEFAULT 2592000,
    "crossings_kept_days" INTEGER NOT NULL DEFAULT 400,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "last_asked_at" TIMESTAMPTZ(3),
    "last_asked_from" TEXT,

    CONSTRAINT "gateways_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_processes" (
    "gateway_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "store_id" UUID NOT NULL,
    "parts" TEXT[],
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,
    "heard_from" TEXT,
    "configuration_digest" TEXT,
    "allowlist_digest" TEXT,
    "problem" TEXT,
    "report" JSONB NOT NULL,

    CONSTRAINT "gateway_processes_pkey" PRIMARY KEY ("gateway_id","name")
);

-- CreateTable
CREATE TABLE "console"."gateway_clients" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT,
    "previous_token_hash" TEXT,
    "previous_token_ends_at" TIMESTAMPTZ(3),
    "certificate_sha256" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "networks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by_name" TEXT,

    CONSTRAINT "gateway_clients_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_sources" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "api_key_sealed" TEXT,
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "paused_at" TIMESTAMPTZ(3),
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_sources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."relay_endpoints" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "previous_secret_sealed" TEXT,
    "previous_secret_ends_at" TIMESTAMPTZ(3),
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "environment_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "timeout_seconds" INTEGER NOT NULL DEFAULT 15,
    "paused_at" TIMESTAMPTZ(3),
    "paused_by_name" TEXT,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "relay_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_intakes" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "environment_id" TEXT,
    "secret_sealed" TEXT,
    "previous_secret_sealed" TEXT,
    "previous_secret_ends_at" TIMESTAMPTZ(3),
    "tolerance_seconds" INTEGER NOT NULL DEFAULT 180,
    "target" TEXT,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_intakes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_errands" (
    "id" TEXT NOT NULL,
    "gateway_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "state" "console"."errand_state" NOT NULL DEFAULT 'asked',
    "problem" TEXT,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "gateway_errands_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."gateway_gaps" (
    "gateway_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "source_id" TEXT,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER,
    "reason" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gateway_gaps_pkey" PRIMARY KEY ("gateway_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "gateways_deployment_id_key" ON "console"."gateways"("deployment_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateways_token_hash_key" ON "console"."gateways"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "gateways_previous_token_hash_key" ON "console"."gateways"("previous_token_hash");

-- CreateIndex
CREATE INDEX "gateways_customer_id_idx" ON "console"."gateways"("customer_id");

-- CreateIndex
CREATE INDEX "gateway_processes_customer_id_idx" ON "console"."gateway_processes"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_clients_token_hash_key" ON "console"."gateway_clients"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_clients_previous_token_hash_key" ON "console"."gateway_clients"("previous_token_hash");

-- CreateIndex
CREATE INDEX "gateway_clients_gateway_id_created_at_idx" ON "console"."gateway_clients"("gateway_id", "created_at");

-- CreateIndex
CREATE INDEX "gateway_clients_customer_id_idx" ON "console"."gateway_clients"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_sources_environment_id_key" ON "console"."gateway_sources"("environment_id");

-- CreateIndex
CREATE INDEX "gateway_sources_gateway_id_idx" ON "console"."gateway_sources"("gateway_id");

-- CreateIndex
CREATE INDEX "gateway_sources_customer_id_idx" ON "console"."gateway_sources"("customer_id");

-- CreateIndex
CREATE INDEX "relay_endpoints_gateway_id_created_at_idx" ON "console"."relay_endpoints"("gateway_id", "created_at");

-- CreateIndex
CREATE INDEX "relay_endpoints_customer_id_idx" ON "console"."relay_endpoints"("customer_id");

-- CreateIndex
CREATE INDEX "gateway_intakes_customer_id_idx" ON "console"."gateway_intakes"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "gateway_intakes_gateway_id_path_key" ON "console"."gateway_intakes"("gateway_id", "path");

-- CreateIndex
CREATE INDEX "gateway_errands_gateway_id_state_created_at_idx" ON "console"."gateway_errands"("gateway_id", "state", "created_at");

-- CreateIndex
CREATE INDEX "gateway_errands_customer_id_idx" ON "console"."gateway_errands"("customer_id");

-- CreateIndex
CREATE INDEX "gateway_gaps_gateway_id_to_at_idx" ON "console"."gateway_gaps"("gateway_id", "to_at");

-- CreateIndex
CREATE INDEX "gateway_gaps_customer_id_idx" ON "console"."gateway_gaps"("customer_id");

-- AddForeignKey
ALTER TABLE "console"."gateways" ADD CONSTRAINT "gateways_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateways" ADD CONSTRAINT "gateways_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_processes" ADD CONSTRAINT "gateway_processes_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_clients" ADD CONSTRAINT "gateway_clients_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_sources" ADD CONSTRAINT "gateway_sources_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_sources" ADD CONSTRAINT "gateway_sources_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."relay_endpoints" ADD CONSTRAINT "relay_endpoints_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_intakes" ADD CONSTRAINT "gateway_intakes_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_intakes" ADD CONSTRAINT "gateway_intakes_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_errands" ADD CONSTRAINT "gateway_errands_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."gateway_gaps" ADD CONSTRAINT "gateway_gaps_gateway_id_fkey" FOREIGN KEY ("gateway_id") REFERENCES "console"."gateways"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."gateways" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateways" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateways" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_processes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_processes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_processes" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_clients" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_clients" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_clients" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_sources" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_sources" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_sources" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."relay_endpoints" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."relay_endpoints" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."relay_endpoints" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_intakes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_intakes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_intakes" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_errands" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_errands" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_errands" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."gateway_gaps" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."gateway_gaps" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."gateway_gaps" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

-- What a gateway reported missing stays as it was reported.
REVOKE UPDATE, DELETE ON "console"."gateway_gaps" FROM sallyport_console, sallyport_worker;
