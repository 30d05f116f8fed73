-- CreateEnum
CREATE TYPE "console"."rule_direction" AS ENUM ('egress', 'ingress');

-- CreateEnum
CREATE TYPE "console"."rule_protocol" AS ENUM ('tcp', 'udp', 'icmp');

-- CreateEnum
CREATE TYPE "console"."peer_kind" AS ENUM ('cidr', 'fqdn', 'address_set');

-- CreateEnum
CREATE TYPE "console"."deployment_mode" AS ENUM ('connected', 'restricted', 'air_gapped');

-- CreateEnum
CREATE TYPE "console"."compliance_regime" AS ENUM ('pci_dss', 'hipaa', 'cjis', 'fedramp', 'iec_62443', 'itar', 'other');

-- CreateEnum
CREATE TYPE "console"."environment_kind" AS ENUM ('production', 'staging');

-- CreateEnum
CREATE TYPE "console"."driver_name" AS ENUM ('workos', 'offline');

-- CreateEnum
CREATE TYPE "console"."environment_state" AS ENUM ('provisioning', 'active', 'failing', 'removed');

-- CreateEnum
CREATE TYPE "console"."operation_state" AS ENUM ('pending', 'done', 'failed');

-- CreateEnum
CREATE TYPE "console"."role" AS ENUM ('owner', 'admin', 'operator', 'support', 'customer_admin', 'auditor');

-- CreateEnum
CREATE TYPE "console"."person_status" AS ENUM ('active', 'suspended');

-- CreateTable
CREATE TABLE "console"."allowlist_rules" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "direction" "console"."rule_direction" NOT NULL,
    "protocol" "console"."rule_protocol" NOT NULL,
    "port_from" INTEGER,
    "port_to" INTEGER,
    "peer_kind" "console"."peer_kind" NOT NULL,
    "peer" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "carried_by" TEXT NOT NULL DEFAULT 'application',
    "owner_name" TEXT NOT NULL DEFAULT '',
    "ticket" TEXT NOT NULL DEFAULT '',
    "pack" TEXT,
    "expires_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "allowlist_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."audit_events" (
    "id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_role" TEXT NOT NULL,
    "session_id" TEXT,
    "ip" TEXT,
    "action" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "target_name" TEXT NOT NULL DEFAULT '',
    "customer_id" TEXT,
    "deployment_id" TEXT,
    "before" JSONB,
    "after" JSONB,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "console"."customers" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "contact_email" TEXT,
    "notes" TEXT NOT NULL DEFAULT '',
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."deployments" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mode" "console"."deployment_mode" NOT NULL,
    "site" TEXT NOT NULL DEFAULT '',
    "owner_name" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "regimes" "console"."compliance_regime"[] DEFAULT ARRAY[]::"console"."compliance_regime"[],
    "regime_other" TEXT NOT NULL DEFAULT '',
    "product_version" TEXT NOT NULL DEFAULT '',
    "notes" TEXT NOT NULL DEFAULT '',
    "last_heard_at" TIMESTAMPTZ(3),
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."identity_services" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT,
    "name" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "token_sealed" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "last_heard_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identity_services_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."environments" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "console"."environment_kind" NOT NULL,
    "driver" "console"."driver_name" NOT NULL,
    "state" "console"."environment_state" NOT NULL DEFAULT 'provisioning',
    "state_reason" TEXT NOT NULL DEFAULT '',
    "service_id" TEXT,
    "remote_id" TEXT,
    "client_id" TEXT,
    "base_url" TEXT,
    "issuer" TEXT,
    "driver_key_sealed" TEXT,
    "driver_key_fingerprint" TEXT,
    "last_checked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "environments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."api_keys" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "remote_id" TEXT,
    "name" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "rotated_to_id" TEXT,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."redirect_uris" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "remote_id" TEXT,
    "uri" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "redirect_uris_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."connections" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "organization_name" TEXT NOT NULL DEFAULT '',
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "domains" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "certificate_expires_at" TIMESTAMPTZ(3),
    "last_sign_in_at" TIMESTAMPTZ(3),
    "failures_24h" INTEGER NOT NULL DEFAULT 0,
    "synced_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."operations" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT,
    "environment_id" TEXT,
    "kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "input_sealed" TEXT,
    "result_sealed" TEXT,
    "state" "console"."operation_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "leased_until" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "error" TEXT NOT NULL DEFAULT '',
    "actor_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."people" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "console"."role" NOT NULL,
    "status" "console"."person_status" NOT NULL DEFAULT 'active',
    "all_customers" BOOLEAN NOT NULL DEFAULT false,
    "password_hash" TEXT,
    "password_set_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."person_scopes" (
    "person_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_scopes_pkey" PRIMARY KEY ("person_id","customer_id")
);

-- CreateTable
CREATE TABLE "console"."sessions" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "ip" TEXT,
    "user_agent" TEXT,
    "second_factor" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."totp_factors" (
    "person_id" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_step" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "totp_factors_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "console"."recovery_codes" (
    "id" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."invitations" (
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT,
    "role" "console"."role" NOT NULL,
    "all_customers" BOOLEAN NOT NULL DEFAULT false,
    "customer_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "invited_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "accepted_by_id" TEXT,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."sign_in_attempts" (
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_attempts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."throttles" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "throttles_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "console"."sso_providers" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "issuer" TEXT,
    "client_id" TEXT NOT NULL,
    "client_secret_sealed" TEXT NOT NULL,
    "base_url" TEXT,
    "organization_id" TEXT,
    "connection_id" TEXT,
    "trusts_email" BOOLEAN NOT NULL DEFAULT false,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "tested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sso_providers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."sso_identities" (
    "provider_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "person_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sso_identities_pkey" PRIMARY KEY ("provider_id","subject")
);

-- CreateTable
CREATE TABLE "console"."sso_attempts" (
    "state_hash" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "secrets_sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sso_attempts_pkey" PRIMARY KEY ("state_hash")
);

-- CreateIndex
CREATE INDEX "allowlist_rules_deployment_id_retired_at_idx" ON "console"."allowlist_rules"("deployment_id", "retired_at");

-- CreateIndex
CREATE INDEX "allowlist_rules_expires_at_idx" ON "console"."allowlist_rules"("expires_at");

-- CreateIndex
CREATE INDEX "audit_events_occurred_at_id_idx" ON "console"."audit_events"("occurred_at", "id");

-- CreateIndex
CREATE INDEX "audit_events_customer_id_occurred_at_idx" ON "console"."audit_events"("customer_id", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_events_deployment_id_occurred_at_idx" ON "console"."audit_events"("deployment_id", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_events_actor_id_occurred_at_idx" ON "console"."audit_events"("actor_id", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_events_action_occurred_at_idx" ON "console"."audit_events"("action", "occurred_at");

-- CreateIndex
CREATE INDEX "audit_events_target_id_occurred_at_idx" ON "console"."audit_events"("target_id", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "customers_slug_key" ON "console"."customers"("slug");

-- CreateIndex
CREATE INDEX "customers_name_idx" ON "console"."customers"("name");

-- CreateIndex
CREATE INDEX "deployments_name_idx" ON "console"."deployments"("name");

-- CreateIndex
CREATE INDEX "deployments_mode_idx" ON "console"."deployments"("mode");

-- CreateIndex
CREATE INDEX "deployments_created_at_idx" ON "console"."deployments"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "deployments_customer_id_name_key" ON "console"."deployments"("customer_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "identity_services_base_url_key" ON "console"."identity_services"("base_url");

-- CreateIndex
CREATE UNIQUE INDEX "environments_client_id_key" ON "console"."environments"("client_id");

-- CreateIndex
CREATE UNIQUE INDEX "environments_driver_key_fingerprint_key" ON "console"."environments"("driver_key_fingerprint");

-- CreateIndex
CREATE INDEX "environments_customer_id_idx" ON "console"."environments"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "environments_deployment_id_name_key" ON "console"."environments"("deployment_id", "name");

-- CreateIndex
CREATE INDEX "api_keys_environment_id_created_at_idx" ON "console"."api_keys"("environment_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "redirect_uris_environment_id_uri_key" ON "console"."redirect_uris"("environment_id", "uri");

-- CreateIndex
CREATE INDEX "connections_deployment_id_idx" ON "console"."connections"("deployment_id");

-- CreateIndex
CREATE INDEX "connections_environment_id_idx" ON "console"."connections"("environment_id");

-- CreateIndex
CREATE INDEX "connections_certificate_expires_at_idx" ON "console"."connections"("certificate_expires_at");

-- CreateIndex
CREATE INDEX "operations_state_next_attempt_at_idx" ON "console"."operations"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "operations_target_id_idx" ON "console"."operations"("target_id");

-- CreateIndex
CREATE UNIQUE INDEX "people_email_key" ON "console"."people"("email");

-- CreateIndex
CREATE INDEX "people_name_idx" ON "console"."people"("name");

-- CreateIndex
CREATE INDEX "person_scopes_customer_id_idx" ON "console"."person_scopes"("customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "console"."sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_person_id_created_at_idx" ON "console"."sessions"("person_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_person_id_code_hash_key" ON "console"."recovery_codes"("person_id", "code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "console"."invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_email_idx" ON "console"."invitations"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_attempts_token_hash_key" ON "console"."sign_in_attempts"("token_hash");

-- CreateIndex
CREATE INDEX "sign_in_attempts_expires_at_idx" ON "console"."sign_in_attempts"("expires_at");

-- CreateIndex
CREATE INDEX "throttles_last_at_idx" ON "console"."throttles"("last_at");

-- CreateIndex
CREATE INDEX "sso_attempts_expires_at_idx" ON "console"."sso_attempts"("expires_at");

-- AddForeignKey
ALTER TABLE "console"."allowlist_rules" ADD CONSTRAINT "allowlist_rules_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."allowlist_rules" ADD CONSTRAINT "allowlist_rules_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."deployments" ADD CONSTRAINT "deployments_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."identity_services" ADD CONSTRAINT "identity_services_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."environments" ADD CONSTRAINT "environments_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."environments" ADD CONSTRAINT "environments_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."environments" ADD CONSTRAINT "environments_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "console"."identity_services"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."api_keys" ADD CONSTRAINT "api_keys_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."redirect_uris" ADD CONSTRAINT "redirect_uris_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."connections" ADD CONSTRAINT "connections_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."connections" ADD CONSTRAINT "connections_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."connections" ADD CONSTRAINT "connections_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "console"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."person_scopes" ADD CONSTRAINT "person_scopes_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."person_scopes" ADD CONSTRAINT "person_scopes_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."sessions" ADD CONSTRAINT "sessions_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."totp_factors" ADD CONSTRAINT "totp_factors_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."recovery_codes" ADD CONSTRAINT "recovery_codes_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."sign_in_attempts" ADD CONSTRAINT "sign_in_attempts_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."sso_identities" ADD CONSTRAINT "sso_identities_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "console"."sso_providers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."sso_identities" ADD CONSTRAINT "sso_identities_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."sso_attempts" ADD CONSTRAINT "sso_attempts_provider_id_fkey" FOREIGN KEY ("provider_id") REFERENCES "console"."sso_providers"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."allowlist_rules" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."allowlist_rules" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."allowlist_rules" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."audit_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."audit_events" FORCE ROW LEVEL SECURITY;
-- What concerns no single customer is seen only by those who see all, but anybody's deed is written down.
CREATE POLICY seen ON "console"."audit_events" FOR SELECT USING (console.in_scope("customer_id"));
CREATE POLICY written ON "console"."audit_events" FOR INSERT WITH CHECK ("customer_id" IS NULL OR console.in_scope("customer_id"));
REVOKE UPDATE, DELETE ON "console"."audit_events" FROM sallyport_console, sallyport_worker;

ALTER TABLE "console"."customers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."customers" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."customers" USING (console.in_scope("id")) WITH CHECK (console.in_scope("id"));

ALTER TABLE "console"."deployments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."deployments" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."deployments" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."identity_services" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."identity_services" FORCE ROW LEVEL SECURITY;
-- The vendor's own services, of no single customer, may carry any customer's environments: who drives one may read it.
CREATE POLICY scope ON "console"."identity_services" USING ("customer_id" IS NULL OR console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."environments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."environments" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."environments" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."api_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."api_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."api_keys" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."redirect_uris" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."redirect_uris" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."redirect_uris" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."connections" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."connections" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."connections" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."operations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."operations" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."operations" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."person_scopes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."person_scopes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."person_scopes" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
