-- CreateTable
CREATE TABLE "identity"."one_time_codes" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "code_sealed" TEXT NOT NULL,
    "invitation_id" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "one_time_codes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."password_resets" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "token_sealed" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "password_resets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."invitations" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "organization_id" TEXT,
    "inviter_user_id" TEXT,
    "accepted_user_id" TEXT,
    "role_slug" TEXT,
    "token_hash" TEXT NOT NULL,
    "token_sealed" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."cors_origins" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cors_origins_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."groups" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."group_members" (
    "environment_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "membership_id" TEXT NOT NULL,

    CONSTRAINT "group_members_pkey" PRIMARY KEY ("group_id","membership_id")
);

-- CreateIndex
CREATE INDEX "one_time_codes_user_id_kind_id_idx" ON "identity"."one_time_codes"("user_id", "kind", "id");

-- CreateIndex
CREATE INDEX "one_time_codes_invitation_id_idx" ON "identity"."one_time_codes"("invitation_id");

-- CreateIndex
CREATE INDEX "one_time_codes_expires_at_idx" ON "identity"."one_time_codes"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "password_resets_token_hash_key" ON "identity"."password_resets"("token_hash");

-- CreateIndex
CREATE INDEX "password_resets_user_id_id_idx" ON "identity"."password_resets"("user_id", "id");

-- CreateIndex
CREATE INDEX "password_resets_expires_at_idx" ON "identity"."password_resets"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "identity"."invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_environment_id_id_idx" ON "identity"."invitations"("environment_id", "id");

-- CreateIndex
CREATE INDEX "invitations_environment_id_email_key_idx" ON "identity"."invitations"("environment_id", "email_key");

-- CreateIndex
CREATE INDEX "invitations_organization_id_id_idx" ON "identity"."invitations"("organization_id", "id");

-- CreateIndex
CREATE INDEX "invitations_inviter_user_id_idx" ON "identity"."invitations"("inviter_user_id");

-- CreateIndex
CREATE INDEX "invitations_accepted_user_id_idx" ON "identity"."invitations"("accepted_user_id");

-- CreateIndex
CREATE INDEX "cors_origins_origin_idx" ON "identity"."cors_origins"("origin");

-- CreateIndex
CREATE UNIQUE INDEX "cors_origins_environment_id_origin_key" ON "identity"."cors_origins"("environment_id", "origin");

-- CreateIndex
CREATE INDEX "groups_organization_id_id_idx" ON "identity"."groups"("organization_id", "id");

-- CreateIndex
CREATE INDEX "group_members_membership_id_group_id_idx" ON "identity"."group_members"("membership_id", "group_id");

-- AddForeignKey
ALTER TABLE "identity"."one_time_codes" ADD CONSTRAINT "one_time_codes_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."one_time_codes" ADD CONSTRAINT "one_time_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."one_time_codes" ADD CONSTRAINT "one_time_codes_invitation_id_fkey" FOREIGN KEY ("invitation_id") REFERENCES "identity"."invitations"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."password_resets" ADD CONSTRAINT "password_resets_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."password_resets" ADD CONSTRAINT "password_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."invitations" ADD CONSTRAINT "invitations_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."invitations" ADD CONSTRAINT "invitations_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."invitations" ADD CONSTRAINT "invitations_inviter_user_id_fkey" FOREIGN KEY ("inviter_user_id") REFERENCES "identity"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."invitations" ADD CONSTRAINT "invitations_accepted_user_id_fkey" FOREIGN KEY ("accepted_user_id") REFERENCES "identity"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."cors_origins" ADD CONSTRAINT "cors_origins_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."groups" ADD CONSTRAINT "groups_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."groups" ADD CONSTRAINT "groups_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."group_members" ADD CONSTRAINT "group_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "identity"."groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."group_members" ADD CONSTRAINT "group_members_membership_id_fkey" FOREIGN KEY ("membership_id") REFERENCES "identity"."organization_memberships"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."one_time_codes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."one_time_codes" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."one_time_codes" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."password_resets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."password_resets" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."password_resets" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."invitations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."invitations" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."invitations" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."cors_origins" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."cors_origins" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."cors_origins" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."groups" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."groups" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."groups" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."group_members" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."group_members" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."group_members" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
