-- CreateTable
CREATE TABLE "identity"."directories" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "domain" TEXT,
    "external_key" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'unlinked',
    "settings" JSONB NOT NULL DEFAULT '{}',
    "last_sync_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."directory_tokens" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "value_hash" TEXT NOT NULL,
    "suffix" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."directory_users" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "idp_id" TEXT NOT NULL,
    "unique_name" TEXT,
    "username" TEXT,
    "email" TEXT,
    "email_key" TEXT,
    "emails" JSONB NOT NULL DEFAULT '[]',
    "first_name" TEXT,
    "last_name" TEXT,
    "name" TEXT,
    "job_title" TEXT,
    "state" TEXT NOT NULL,
    "raw_attributes" JSONB NOT NULL,
    "custom_attributes" JSONB NOT NULL DEFAULT '{}',
    "role_slugs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "withdrawn_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."directory_groups" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "idp_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "raw_attributes" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."directory_members" (
    "environment_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "directory_members_pkey" PRIMARY KEY ("group_id","user_id")
);

-- CreateTable
CREATE TABLE "identity"."directory_role_mappings" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "role_slug" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_role_mappings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "directories_external_key_key" ON "identity"."directories"("external_key");

-- CreateIndex
CREATE INDEX "directories_environment_id_id_idx" ON "identity"."directories"("environment_id", "id");

-- CreateIndex
CREATE INDEX "directories_organization_id_idx" ON "identity"."directories"("organization_id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_tokens_value_hash_key" ON "identity"."directory_tokens"("value_hash");

-- CreateIndex
CREATE INDEX "directory_tokens_directory_id_id_idx" ON "identity"."directory_tokens"("directory_id", "id");

-- CreateIndex
CREATE INDEX "directory_users_directory_id_id_idx" ON "identity"."directory_users"("directory_id", "id");

-- CreateIndex
CREATE INDEX "directory_users_directory_id_email_key_idx" ON "identity"."directory_users"("directory_id", "email_key");

-- CreateIndex
CREATE INDEX "directory_users_environment_id_id_idx" ON "identity"."directory_users"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_users_directory_id_idp_id_key" ON "identity"."directory_users"("directory_id", "idp_id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_users_directory_id_unique_name_key" ON "identity"."directory_users"("directory_id", "unique_name");

-- CreateIndex
CREATE INDEX "directory_groups_directory_id_id_idx" ON "identity"."directory_groups"("directory_id", "id");

-- CreateIndex
CREATE INDEX "directory_groups_environment_id_id_idx" ON "identity"."directory_groups"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_groups_directory_id_idp_id_key" ON "identity"."directory_groups"("directory_id", "idp_id");

-- CreateIndex
CREATE INDEX "directory_members_user_id_group_id_idx" ON "identity"."directory_members"("user_id", "group_id");

-- CreateIndex
CREATE INDEX "directory_role_mappings_directory_id_id_idx" ON "identity"."directory_role_mappings"("directory_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_role_mappings_group_id_role_slug_key" ON "identity"."directory_role_mappings"("group_id", "role_slug");

-- AddForeignKey
ALTER TABLE "identity"."directories" ADD CONSTRAINT "directories_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directories" ADD CONSTRAINT "directories_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_tokens" ADD CONSTRAINT "directory_tokens_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_users" ADD CONSTRAINT "directory_users_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_groups" ADD CONSTRAINT "directory_groups_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_members" ADD CONSTRAINT "directory_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "identity"."directory_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_members" ADD CONSTRAINT "directory_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."directory_users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_role_mappings" ADD CONSTRAINT "directory_role_mappings_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."directory_role_mappings" ADD CONSTRAINT "directory_role_mappings_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "identity"."directory_groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."directories" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directories" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directories" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_tokens" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_tokens" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_tokens" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_users" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_users" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_groups" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_groups" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_groups" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_members" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_members" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_members" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."directory_role_mappings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."directory_role_mappings" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."directory_role_mappings" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
