-- AlterTable
ALTER TABLE "identity"."profiles" ADD COLUMN     "user_id" TEXT;

-- CreateTable
CREATE TABLE "identity"."authentications" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "request" JSONB NOT NULL DEFAULT '{}',
    "user_id" TEXT,
    "email" TEXT,
    "method" TEXT,
    "organization_id" TEXT,
    "invitation_id" TEXT,
    "role_slugs" TEXT[],
    "second_factor" BOOLEAN NOT NULL DEFAULT false,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "authentications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."authorization_codes" (
    "code_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "method" TEXT NOT NULL,
    "impersonator" JSONB,
    "code_challenge" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    "redeemed_by" TEXT,
    "session_id" TEXT,

    CONSTRAINT "authorization_codes_pkey" PRIMARY KEY ("code_hash")
);

-- CreateTable
CREATE TABLE "identity"."refresh_tokens" (
    "token_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "used_by" TEXT,

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "identity"."auth_factors" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT,
    "issuer" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "last_step" INTEGER,
    "confirmed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_factors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."factor_challenges" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "factor_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "verified_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "factor_challenges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."device_codes" (
    "device_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_code_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "user_id" TEXT,
    "organization_id" TEXT,
    "method" TEXT,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "last_polled_at" TIMESTAMPTZ(3),
    "interval_s" INTEGER NOT NULL DEFAULT 5,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_codes_pkey" PRIMARY KEY ("device_hash")
);

-- CreateTable
CREATE TABLE "identity"."jwt_templates" (
    "environment_id" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "jwt_templates_pkey" PRIMARY KEY ("environment_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "authentications_secret_hash_key" ON "identity"."authentications"("secret_hash");

-- CreateIndex
CREATE INDEX "authentications_user_id_idx" ON "identity"."authentications"("user_id");

-- CreateIndex
CREATE INDEX "authentications_expires_at_idx" ON "identity"."authentications"("expires_at");

-- CreateIndex
CREATE INDEX "authorization_codes_user_id_idx" ON "identity"."authorization_codes"("user_id");

-- CreateIndex
CREATE INDEX "authorization_codes_expires_at_idx" ON "identity"."authorization_codes"("expires_at");

-- CreateIndex
CREATE INDEX "refresh_tokens_session_id_idx" ON "identity"."refresh_tokens"("session_id");

-- CreateIndex
CREATE INDEX "refresh_tokens_expires_at_idx" ON "identity"."refresh_tokens"("expires_at");

-- CreateIndex
CREATE INDEX "auth_factors_environment_id_id_idx" ON "identity"."auth_factors"("environment_id", "id");

-- CreateIndex
CREATE INDEX "auth_factors_user_id_id_idx" ON "identity"."auth_factors"("user_id", "id");

-- CreateIndex
CREATE INDEX "factor_challenges_factor_id_idx" ON "identity"."factor_challenges"("factor_id");

-- CreateIndex
CREATE INDEX "factor_challenges_expires_at_idx" ON "identity"."factor_challenges"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "device_codes_user_code_hash_key" ON "identity"."device_codes"("user_code_hash");

-- CreateIndex
CREATE INDEX "device_codes_user_id_idx" ON "identity"."device_codes"("user_id");

-- CreateIndex
CREATE INDEX "device_codes_expires_at_idx" ON "identity"."device_codes"("expires_at");

-- CreateIndex
CREATE INDEX "profiles_user_id_idx" ON "identity"."profiles"("user_id");

-- AddForeignKey
ALTER TABLE "identity"."authentications" ADD CONSTRAINT "authentications_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."authentications" ADD CONSTRAINT "authentications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."authorization_codes" ADD CONSTRAINT "authorization_codes_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."authorization_codes" ADD CONSTRAINT "authorization_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."refresh_tokens" ADD CONSTRAINT "refresh_tokens_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "identity"."sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."auth_factors" ADD CONSTRAINT "auth_factors_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."auth_factors" ADD CONSTRAINT "auth_factors_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."factor_challenges" ADD CONSTRAINT "factor_challenges_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."factor_challenges" ADD CONSTRAINT "factor_challenges_factor_id_fkey" FOREIGN KEY ("factor_id") REFERENCES "identity"."auth_factors"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."device_codes" ADD CONSTRAINT "device_codes_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."device_codes" ADD CONSTRAINT "device_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."jwt_templates" ADD CONSTRAINT "jwt_templates_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."profiles" ADD CONSTRAINT "profiles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "identity"."authentications" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."authentications" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."authentications" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."authorization_codes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."authorization_codes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."authorization_codes" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."refresh_tokens" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."refresh_tokens" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."refresh_tokens" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."auth_factors" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."auth_factors" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."auth_factors" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."factor_challenges" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."factor_challenges" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."factor_challenges" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."device_codes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."device_codes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."device_codes" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."jwt_templates" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."jwt_templates" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."jwt_templates" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
