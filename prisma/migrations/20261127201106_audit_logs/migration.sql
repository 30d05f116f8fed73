-- CreateTable
CREATE TABLE "identity"."audit_log_schemas" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "actor" JSONB NOT NULL,
    "targets" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_schemas_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."audit_log_events" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "actor" JSONB NOT NULL,
    "targets" JSONB NOT NULL,
    "context" JSONB NOT NULL,
    "metadata" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."audit_log_repeats" (
    "environment_id" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_repeats_pkey" PRIMARY KEY ("environment_id","key_hash")
);

-- CreateTable
CREATE TABLE "identity"."audit_log_retentions" (
    "organization_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "days" INTEGER NOT NULL,

    CONSTRAINT "audit_log_retentions_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "identity"."audit_log_exports" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_exports_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_log_schemas_environment_id_id_idx" ON "identity"."audit_log_schemas"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_schemas_environment_id_action_version_key" ON "identity"."audit_log_schemas"("environment_id", "action", "version");

-- CreateIndex
CREATE INDEX "audit_log_events_organization_id_occurred_at_id_idx" ON "identity"."audit_log_events"("organization_id", "occurred_at", "id");

-- CreateIndex
CREATE INDEX "audit_log_repeats_created_at_idx" ON "identity"."audit_log_repeats"("created_at");

-- CreateIndex
CREATE INDEX "audit_log_exports_organization_id_id_idx" ON "identity"."audit_log_exports"("organization_id", "id");

-- AddForeignKey
ALTER TABLE "identity"."audit_log_schemas" ADD CONSTRAINT "audit_log_schemas_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."audit_log_events" ADD CONSTRAINT "audit_log_events_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."audit_log_events" ADD CONSTRAINT "audit_log_events_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."audit_log_retentions" ADD CONSTRAINT "audit_log_retentions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."audit_log_exports" ADD CONSTRAINT "audit_log_exports_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."audit_log_exports" ADD CONSTRAINT "audit_log_exports_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."audit_log_schemas" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."audit_log_schemas" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."audit_log_schemas" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."audit_log_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."audit_log_events" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."audit_log_events" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."audit_log_repeats" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."audit_log_repeats" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."audit_log_repeats" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."audit_log_retentions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."audit_log_retentions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."audit_log_retentions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."audit_log_exports" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."audit_log_exports" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."audit_log_exports" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
