-- CreateTable
CREATE TABLE "identity"."connect_applications" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "scopes" TEXT[],
    "redirect_uris" JSONB NOT NULL DEFAULT '[]',
    "uses_pkce" BOOLEAN NOT NULL DEFAULT false,
    "is_first_party" BOOLEAN NOT NULL DEFAULT true,
    "organization_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connect_applications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."connect_secrets" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connect_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."connect_authorizations" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connect_authorizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."connect_grants" (
    "secret_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "authorization_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "family_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "nonce" TEXT,
    "redirect_uri" TEXT,
    "code_challenge" TEXT,
    "signed_in_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "connect_grants_pkey" PRIMARY KEY ("secret_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "connect_applications_client_id_key" ON "identity"."connect_applications"("client_id");

-- CreateIndex
CREATE INDEX "connect_applications_environment_id_id_idx" ON "identity"."connect_applications"("environment_id", "id");

-- CreateIndex
CREATE INDEX "connect_applications_organization_id_idx" ON "identity"."connect_applications"("organization_id");

-- CreateIndex
CREATE INDEX "connect_secrets_environment_id_id_idx" ON "identity"."connect_secrets"("environment_id", "id");

-- CreateIndex
CREATE INDEX "connect_secrets_application_id_id_idx" ON "identity"."connect_secrets"("application_id", "id");

-- CreateIndex
CREATE INDEX "connect_authorizations_environment_id_id_idx" ON "identity"."connect_authorizations"("environment_id", "id");

-- CreateIndex
CREATE INDEX "connect_authorizations_user_id_id_idx" ON "identity"."connect_authorizations"("user_id", "id");

-- CreateIndex
CREATE INDEX "connect_authorizations_organization_id_id_idx" ON "identity"."connect_authorizations"("organization_id", "id");

-- CreateIndex
CREATE INDEX "connect_authorizations_application_id_user_id_idx" ON "identity"."connect_authorizations"("application_id", "user_id");

-- CreateIndex
CREATE INDEX "connect_grants_environment_id_family_id_idx" ON "identity"."connect_grants"("environment_id", "family_id");

-- CreateIndex
CREATE INDEX "connect_grants_authorization_id_idx" ON "identity"."connect_grants"("authorization_id");

-- CreateIndex
CREATE INDEX "connect_grants_expires_at_idx" ON "identity"."connect_grants"("expires_at");

-- AddForeignKey
ALTER TABLE "identity"."connect_applications" ADD CONSTRAINT "connect_applications_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_applications" ADD CONSTRAINT "connect_applications_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_secrets" ADD CONSTRAINT "connect_secrets_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_secrets" ADD CONSTRAINT "connect_secrets_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "identity"."connect_applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_authorizations" ADD CONSTRAINT "connect_authorizations_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_authorizations" ADD CONSTRAINT "connect_authorizations_application_id_fkey" FOREIGN KEY ("application_id") REFERENCES "identity"."connect_applications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_authorizations" ADD CONSTRAINT "connect_authorizations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_authorizations" ADD CONSTRAINT "connect_authorizations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_grants" ADD CONSTRAINT "connect_grants_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."connect_grants" ADD CONSTRAINT "connect_grants_authorization_id_fkey" FOREIGN KEY ("authorization_id") REFERENCES "identity"."connect_authorizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."connect_applications" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."connect_applications" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."connect_applications" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."connect_secrets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."connect_secrets" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."connect_secrets" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."connect_authorizations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."connect_authorizations" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."connect_authorizations" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."connect_grants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."connect_grants" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."connect_grants" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
