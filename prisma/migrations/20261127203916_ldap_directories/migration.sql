-- CreateTable
CREATE TABLE "identity"."ldap_sources" (
    "directory_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "next_at" TIMESTAMPTZ(3),
    "wanted" TEXT,
    "accept_removals" BOOLEAN NOT NULL DEFAULT false,
    "lease_id" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "run" INTEGER NOT NULL DEFAULT 0,
    "kind" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "users" INTEGER NOT NULL DEFAULT 0,
    "groups" INTEGER NOT NULL DEFAULT 0,
    "removed" INTEGER NOT NULL DEFAULT 0,
    "last_full_at" TIMESTAMPTZ(3),
    "mark_server" TEXT,
    "mark" TEXT,

    CONSTRAINT "ldap_sources_pkey" PRIMARY KEY ("directory_id")
);

-- CreateTable
CREATE TABLE "identity"."ldap_entries" (
    "environment_id" TEXT NOT NULL,
    "directory_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "idp_id" TEXT NOT NULL,
    "dn_hash" TEXT NOT NULL,
    "name_key" TEXT,
    "run" INTEGER NOT NULL,

    CONSTRAINT "ldap_entries_pkey" PRIMARY KEY ("directory_id","kind","idp_id")
);

-- CreateIndex
CREATE INDEX "ldap_sources_next_at_idx" ON "identity"."ldap_sources"("next_at");

-- CreateIndex
CREATE INDEX "ldap_entries_directory_id_dn_hash_idx" ON "identity"."ldap_entries"("directory_id", "dn_hash");

-- CreateIndex
CREATE INDEX "ldap_entries_directory_id_name_key_idx" ON "identity"."ldap_entries"("directory_id", "name_key");

-- CreateIndex
CREATE INDEX "ldap_entries_directory_id_kind_run_idx" ON "identity"."ldap_entries"("directory_id", "kind", "run");

-- AddForeignKey
ALTER TABLE "identity"."ldap_sources" ADD CONSTRAINT "ldap_sources_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."ldap_entries" ADD CONSTRAINT "ldap_entries_directory_id_fkey" FOREIGN KEY ("directory_id") REFERENCES "identity"."directories"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."ldap_sources" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."ldap_sources" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."ldap_sources" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."ldap_entries" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."ldap_entries" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."ldap_entries" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

-- Directories of this kind could be made before they could be read.
INSERT INTO "identity"."ldap_sources" ("directory_id", "environment_id", "settings")
SELECT "id", "environment_id", '{}' FROM "identity"."directories" WHERE "source" = 'ldap';
