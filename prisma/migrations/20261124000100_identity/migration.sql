-- CreateTable
CREATE TABLE "identity"."hosts" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key_sealed" TEXT NOT NULL,
    "singleton" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hosts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."management_tokens" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value_hash" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "management_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."environments" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "issuer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."api_keys" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value_hash" TEXT NOT NULL,
    "obfuscated_value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."redirect_uris" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "uri" TEXT NOT NULL,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "redirect_uris_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."organizations" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "external_id" TEXT,
    "stripe_customer_id" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "allow_outside_profiles" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."organization_domains" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "verification_prefix" TEXT NOT NULL,
    "verification_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_domains_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."connections" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "connection_type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "external_key" TEXT NOT NULL,
    "saml" JSONB,
    "oidc" JSONB,
    "attribute_map" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."connection_domains" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "domain" TEXT NOT NULL,

    CONSTRAINT "connection_domains_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."profiles" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "connection_type" TEXT NOT NULL,
    "idp_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "first_name" TEXT,
    "last_name" TEXT,
    "name" TEXT,
    "groups" JSONB NOT NULL DEFAULT '[]',
    "custom_attributes" JSONB NOT NULL DEFAULT '{}',
    "raw_attributes" JSONB NOT NULL DEFAULT '{}',
    "id_token_sealed" TEXT,
    "last_signed_in_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "profiles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."sign_ins" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "handle_hash" TEXT,
    "redirect_uri" TEXT,
    "client_state" TEXT,
    "code_challenge" TEXT,
    "request_id" TEXT,
    "secrets_sealed" TEXT,
    "checks" JSONB,
    "profile" JSONB,
    "error" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_ins_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."sign_in_grants" (
    "code_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "code_challenge" TEXT,
    "code_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    "redeemed_by" TEXT,
    "token_hash" TEXT,
    "token_expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_grants_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "identity"."consumed_assertions" (
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "assertion_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "consumed_assertions_pkey" PRIMARY KEY ("connection_id","assertion_hash")
);

-- CreateTable
CREATE TABLE "identity"."signing_keys" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "certificate" TEXT NOT NULL,
    "private_key_sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."idempotent_answers" (
    "scope" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "status" INTEGER,
    "answer_sealed" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_answers_pkey" PRIMARY KEY ("scope")
);

-- CreateIndex
CREATE UNIQUE INDEX "hosts_singleton_key" ON "identity"."hosts"("singleton");

-- CreateIndex
CREATE UNIQUE INDEX "management_tokens_value_hash_key" ON "identity"."management_tokens"("value_hash");

-- CreateIndex
CREATE UNIQUE INDEX "environments_client_id_key" ON "identity"."environments"("client_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_value_hash_key" ON "identity"."api_keys"("value_hash");

-- CreateIndex
CREATE INDEX "api_keys_environment_id_id_idx" ON "identity"."api_keys"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "redirect_uris_environment_id_uri_key" ON "identity"."redirect_uris"("environment_id", "uri");

-- CreateIndex
CREATE INDEX "organizations_environment_id_id_idx" ON "identity"."organizations"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "organizations_environment_id_external_id_key" ON "identity"."organizations"("environment_id", "external_id");

-- CreateIndex
CREATE INDEX "organization_domains_organization_id_idx" ON "identity"."organization_domains"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "organization_domains_environment_id_domain_key" ON "identity"."organization_domains"("environment_id", "domain");

-- CreateIndex
CREATE UNIQUE INDEX "connections_external_key_key" ON "identity"."connections"("external_key");

-- CreateIndex
CREATE INDEX "connections_environment_id_id_idx" ON "identity"."connections"("environment_id", "id");

-- CreateIndex
CREATE INDEX "connections_organization_id_idx" ON "identity"."connections"("organization_id");

-- CreateIndex
CREATE INDEX "connection_domains_environment_id_domain_idx" ON "identity"."connection_domains"("environment_id", "domain");

-- CreateIndex
CREATE UNIQUE INDEX "connection_domains_connection_id_domain_key" ON "identity"."connection_domains"("connection_id", "domain");

-- CreateIndex
CREATE UNIQUE INDEX "profiles_connection_id_idp_id_key" ON "identity"."profiles"("connection_id", "idp_id");

-- CreateIndex
CREATE UNIQUE INDEX "sign_ins_handle_hash_key" ON "identity"."sign_ins"("handle_hash");

-- CreateIndex
CREATE INDEX "sign_ins_connection_id_id_idx" ON "identity"."sign_ins"("connection_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_grants_token_hash_key" ON "identity"."sign_in_grants"("token_hash");

-- CreateIndex
CREATE INDEX "signing_keys_environment_id_purpose_id_idx" ON "identity"."signing_keys"("environment_id", "purpose", "id");

-- CreateIndex
CREATE INDEX "idempotent_answers_created_at_idx" ON "identity"."idempotent_answers"("created_at");

-- AddForeignKey
ALTER TABLE "identity"."api_keys" ADD CONSTRAINT "api_keys_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."redirect_uris" ADD CONSTRAINT "redirect_uris_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."organizations" ADD CONSTRAINT "organizations_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."organization_domains" ADD CONSTRAINT "organization_domains_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connections" ADD CONSTRAINT "connections_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connections" ADD CONSTRAINT "connections_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connection_domains" ADD CONSTRAINT "connection_domains_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."profiles" ADD CONSTRAINT "profiles_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."sign_ins" ADD CONSTRAINT "sign_ins_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."sign_in_grants" ADD CONSTRAINT "sign_in_grants_profile_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "identity"."profiles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."signing_keys" ADD CONSTRAINT "signing_keys_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Row-level security: a row is visible only inside its own environment (see the base migration).
ALTER TABLE identity.api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.api_keys USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.redirect_uris ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.redirect_uris FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.redirect_uris USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.organizations USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.organization_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.organization_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.organization_domains USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.connections ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.connections FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.connections USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.connection_domains ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.connection_domains FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.connection_domains USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.profiles USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.sign_ins ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.sign_ins FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.sign_ins USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.sign_in_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.sign_in_grants FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.sign_in_grants USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.consumed_assertions ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.consumed_assertions FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.consumed_assertions USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.signing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.signing_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.signing_keys USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.idempotent_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.idempotent_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.idempotent_answers USING (identity.in_environment(environment_id)) WITH CHECK (identity.in_environment(environment_id));
ALTER TABLE identity.environments ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.environments FORCE ROW LEVEL SECURITY;
CREATE POLICY environment ON identity.environments USING (identity.in_environment(id)) WITH CHECK (identity.in_environment(id));
