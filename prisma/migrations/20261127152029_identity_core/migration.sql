-- AlterTable
ALTER TABLE "identity"."environments" ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "identity"."roles" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "resource_type_slug" TEXT NOT NULL DEFAULT 'organization',
    "priority" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."permissions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "system" BOOLEAN NOT NULL DEFAULT false,
    "resource_type_slug" TEXT NOT NULL DEFAULT 'organization',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "permissions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."role_permissions" (
    "environment_id" TEXT NOT NULL,
    "role_id" TEXT NOT NULL,
    "permission_id" TEXT NOT NULL,

    CONSTRAINT "role_permissions_pkey" PRIMARY KEY ("role_id","permission_id")
);

-- CreateTable
CREATE TABLE "identity"."events" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "organization_id" TEXT,
    "data" JSONB NOT NULL,
    "context" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tx_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "position" BIGSERIAL NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."messages" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "content_sealed" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."users" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_key" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "first_name" TEXT,
    "last_name" TEXT,
    "name" TEXT,
    "profile_picture_url" TEXT,
    "locale" TEXT,
    "external_id" TEXT,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "password_hash" TEXT,
    "last_sign_in_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."organization_memberships" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "directory_managed" BOOLEAN NOT NULL DEFAULT false,
    "role_slugs" TEXT[],
    "custom_attributes" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organization_memberships_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."sessions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "auth_method" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "impersonator" JSONB,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "roles_environment_id_id_idx" ON "identity"."roles"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "roles_environment_id_organization_id_slug_key" ON "identity"."roles"("environment_id", "organization_id", "slug") NULLS NOT DISTINCT;

-- CreateIndex
CREATE INDEX "permissions_environment_id_id_idx" ON "identity"."permissions"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "permissions_environment_id_slug_key" ON "identity"."permissions"("environment_id", "slug");

-- CreateIndex
CREATE INDEX "events_environment_id_tx_id_position_idx" ON "identity"."events"("environment_id", "tx_id", "position");

-- CreateIndex
CREATE INDEX "events_environment_id_id_idx" ON "identity"."events"("environment_id", "id");

-- CreateIndex
CREATE INDEX "messages_state_next_attempt_at_idx" ON "identity"."messages"("state", "next_attempt_at");

-- CreateIndex
CREATE INDEX "messages_environment_id_id_idx" ON "identity"."messages"("environment_id", "id");

-- CreateIndex
CREATE INDEX "users_environment_id_id_idx" ON "identity"."users"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "users_environment_id_email_key_key" ON "identity"."users"("environment_id", "email_key");

-- CreateIndex
CREATE UNIQUE INDEX "users_environment_id_external_id_key" ON "identity"."users"("environment_id", "external_id");

-- CreateIndex
CREATE INDEX "organization_memberships_environment_id_id_idx" ON "identity"."organization_memberships"("environment_id", "id");

-- CreateIndex
CREATE INDEX "organization_memberships_organization_id_id_idx" ON "identity"."organization_memberships"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "organization_memberships_user_id_organization_id_key" ON "identity"."organization_memberships"("user_id", "organization_id");

-- CreateIndex
CREATE INDEX "sessions_environment_id_id_idx" ON "identity"."sessions"("environment_id", "id");

-- CreateIndex
CREATE INDEX "sessions_user_id_id_idx" ON "identity"."sessions"("user_id", "id");

-- AddForeignKey
ALTER TABLE "identity"."roles" ADD CONSTRAINT "roles_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."roles" ADD CONSTRAINT "roles_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."permissions" ADD CONSTRAINT "permissions_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."role_permissions" ADD CONSTRAINT "role_permissions_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "identity"."roles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."role_permissions" ADD CONSTRAINT "role_permissions_permission_id_fkey" FOREIGN KEY ("permission_id") REFERENCES "identity"."permissions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."events" ADD CONSTRAINT "events_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."messages" ADD CONSTRAINT "messages_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."users" ADD CONSTRAINT "users_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."organization_memberships" ADD CONSTRAINT "organization_memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."organization_memberships" ADD CONSTRAINT "organization_memberships_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."organization_memberships" ADD CONSTRAINT "organization_memberships_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."sessions" ADD CONSTRAINT "sessions_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "identity"."organizations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."roles" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."roles" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."roles" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."permissions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."permissions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."permissions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."role_permissions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."role_permissions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."role_permissions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."events" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."events" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."messages" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."messages" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."messages" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."users" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."users" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."organization_memberships" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."organization_memberships" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."organization_memberships" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."sessions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."sessions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

-- The environments made before have no roles yet; new ones are born with these two.
SELECT set_config('sallyport.environment', '*', true);
INSERT INTO "identity"."roles" ("id", "environment_id", "slug", "name", "priority")
SELECT 'role_01' || upper(substr(md5(e.id || r.slug), 1, 24)), e.id, r.slug, r.name, r.priority
FROM "identity"."environments" AS e CROSS JOIN (VALUES ('admin', 'Admin', 100), ('member', 'Member', 0)) AS r(slug, name, priority);
