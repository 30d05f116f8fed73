-- CreateTable
CREATE TABLE "identity"."webhook_endpoints" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "events" TEXT[],
    "status" TEXT NOT NULL,
    "disabled_reason" TEXT,
    "cursor_tx_id" xid8 NOT NULL,
    "cursor_position" BIGINT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."webhook_attempts" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "status" INTEGER,
    "error" TEXT,
    "duration_ms" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_endpoints_environment_id_id_idx" ON "identity"."webhook_endpoints"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_endpoints_environment_id_url_key" ON "identity"."webhook_endpoints"("environment_id", "url");

-- CreateIndex
CREATE INDEX "webhook_attempts_endpoint_id_id_idx" ON "identity"."webhook_attempts"("endpoint_id", "id");

-- CreateIndex
CREATE INDEX "webhook_attempts_environment_id_idx" ON "identity"."webhook_attempts"("environment_id");

-- AddForeignKey
ALTER TABLE "identity"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."webhook_attempts" ADD CONSTRAINT "webhook_attempts_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."webhook_attempts" ADD CONSTRAINT "webhook_attempts_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "identity"."webhook_endpoints"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."webhook_endpoints" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."webhook_endpoints" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."webhook_endpoints" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."webhook_attempts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."webhook_attempts" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."webhook_attempts" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
