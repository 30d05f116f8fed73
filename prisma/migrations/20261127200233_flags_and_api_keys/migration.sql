-- CreateTable
CREATE TABLE "identity"."feature_flags" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "tags" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "default_value" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feature_flags_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."feature_flag_organizations" (
    "environment_id" TEXT NOT NULL,
    "flag_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,

    CONSTRAINT "feature_flag_organizations_pkey" PRIMARY KEY ("flag_id","organization_id")
);

-- CreateTable
CREATE TABLE "identity"."feature_flag_users" (
    "environment_id" TEXT NOT NULL,
    "flag_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "feature_flag_users_pkey" PRIMARY KEY ("flag_id","user_id")
);

-- CreateTable
CREATE TABLE "identity"."owned_api_keys" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "user_id" TEXT,
    "name" TEXT NOT NULL,
    "value_hash" TEXT NOT NULL,
    "obfuscated_value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "owned_api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."owned_api_key_permissions" (
    "environment_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "permission_id" TEXT NOT NULL,

    CONSTRAINT "owned_api_key_permissions_pkey" PRIMARY KEY ("key_id","permission_id")
);

-- CreateIndex
CREATE INDEX "feature_flags_environment_id_id_idx" ON "identity"."feature_flags"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "feature_flags_environment_id_slug_key" ON "identity"."feature_flags"("environment_id", "slug");

-- CreateIndex
CREATE INDEX "feature_flag_organizations_organization_id_flag_id_idx" ON "identity"."feature_flag_organizations"("organization_id", "flag_id");

-- CreateIndex
CREATE INDEX "feature_flag_users_user_id_flag_id_idx" ON "identity"."feature_flag_users"("user_id", "flag_id");

-- CreateIndex
CREATE UNIQUE INDEX "owned_api_keys_value_hash_key" ON "identity"."owned_api_keys"("value_hash");

-- CreateIndex
CREATE INDEX "owned_api_keys_organization_id_id_idx" ON "identity"."owned_api_keys"("organization_id", "id");

-- CreateIndex
CREATE INDEX "owned_api_keys_user_id_id_idx" ON "identity"."owned_api_keys"("user_id", "id");

-- CreateIndex
CREATE INDEX "owned_api_keys_environment_id_id_idx" ON "identity"."owned_api_keys"("environment_id", "id");

-- CreateIndex
CREATE INDEX "owned_api_key_permissions_permission_id_idx" ON "identity"."owned_api_key_permissions"("permission_id");

-- AddForeignKey
ALTER TABLE "identity"."feature_flags" ADD CONSTRAINT "feature_flags_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."feature_flag_organizations" ADD CONSTRAINT "feature_flag_organizations_flag_id_fkey" FOREIGN KEY ("flag_id") REFERENCES "identity"."feature_flags"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."feature_flag_organizations" ADD CONSTRAINT "feature_flag_organizations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."feature_flag_users" ADD CONSTRAINT "feature_flag_users_flag_id_fkey" FOREIGN KEY ("flag_id") REFERENCES "identity"."feature_flags"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."feature_flag_users" ADD CONSTRAINT "feature_flag_users_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."owned_api_keys" ADD CONSTRAINT "owned_api_keys_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."owned_api_keys" ADD CONSTRAINT "owned_api_keys_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."owned_api_keys" ADD CONSTRAINT "owned_api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."owned_api_key_permissions" ADD CONSTRAINT "owned_api_key_permissions_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "identity"."owned_api_keys"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."owned_api_key_permissions" ADD CONSTRAINT "owned_api_key_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "identity"."permissions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."feature_flags" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."feature_flags" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."feature_flags" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."feature_flag_organizations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."feature_flag_organizations" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."feature_flag_organizations" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."feature_flag_users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."feature_flag_users" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."feature_flag_users" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."owned_api_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."owned_api_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."owned_api_keys" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."owned_api_key_permissions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."owned_api_key_permissions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."owned_api_key_permissions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
