-- CreateEnum
CREATE TYPE "console"."bundle_direction" AS ENUM ('made', 'taken');

-- What was called a bundle until now was any file that was carried, with its SHA-256 on paper.
ALTER TYPE "console"."set_intake" RENAME VALUE 'bundle' TO 'carried';
ALTER TYPE "console"."set_intake" ADD VALUE 'bundle';

-- CreateTable
CREATE TABLE "console"."bundle_issuers" (
    "id" TEXT NOT NULL,
    "only" BOOLEAN NOT NULL DEFAULT true,
    "last_serial" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "bundle_issuers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."bundle_keys" (
    "id" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "private_key_sealed" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_by_name" TEXT NOT NULL DEFAULT '',
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "bundle_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."bundle_trusts" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "console_id" TEXT NOT NULL,
    "public_key" TEXT NOT NULL,
    "added_by_name" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revoked_by_name" TEXT NOT NULL DEFAULT '',
    "revoked_reason" TEXT NOT NULL DEFAULT '',
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "bundle_trusts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."bundles" (
    "id" TEXT NOT NULL,
    "direction" "console"."bundle_direction" NOT NULL,
    "bundle_id" TEXT NOT NULL,
    "issuer_id" TEXT NOT NULL,
    "issuer_name" TEXT NOT NULL,
    "serial" INTEGER NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3) NOT NULL,
    "manifest_sha256" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "trust_id" TEXT,
    "entry_count" INTEGER NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "file" BYTEA,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bundles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."bundle_entries" (
    "bundle_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "set_id" TEXT,
    "version_number" INTEGER,
    "outcome" TEXT,
    "brought_by_name" TEXT NOT NULL DEFAULT '',
    "brought_at" TIMESTAMPTZ(3),

    CONSTRAINT "bundle_entries_pkey" PRIMARY KEY ("bundle_id","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "bundle_issuers_only_key" ON "console"."bundle_issuers"("only");

-- CreateIndex
CREATE UNIQUE INDEX "bundle_keys_public_key_key" ON "console"."bundle_keys"("public_key");

-- CreateIndex
CREATE UNIQUE INDEX "bundle_trusts_console_id_public_key_key" ON "console"."bundle_trusts"("console_id", "public_key");

-- CreateIndex
CREATE INDEX "bundles_created_at_idx" ON "console"."bundles"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "bundles_direction_manifest_sha256_key" ON "console"."bundles"("direction", "manifest_sha256");

-- CreateIndex
CREATE UNIQUE INDEX "bundles_direction_issuer_id_serial_key" ON "console"."bundles"("direction", "issuer_id", "serial");

-- CreateIndex
CREATE INDEX "bundle_entries_set_id_idx" ON "console"."bundle_entries"("set_id");

-- CreateIndex
CREATE UNIQUE INDEX "bundle_entries_bundle_id_kind_name_key" ON "console"."bundle_entries"("bundle_id", "kind", "name");

-- AddForeignKey
ALTER TABLE "console"."bundles" ADD CONSTRAINT "bundles_trust_id_fkey" FOREIGN KEY ("trust_id") REFERENCES "console"."bundle_trusts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."bundle_entries" ADD CONSTRAINT "bundle_entries_bundle_id_fkey" FOREIGN KEY ("bundle_id") REFERENCES "console"."bundles"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."bundle_entries" ADD CONSTRAINT "bundle_entries_set_id_fkey" FOREIGN KEY ("set_id") REFERENCES "console"."address_sets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Of no customer: seen and written by whoever sees every customer, and by nobody else.
ALTER TABLE "console"."bundle_issuers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bundle_issuers" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bundle_issuers" USING (console.in_scope(NULL)) WITH CHECK (console.in_scope(NULL));

ALTER TABLE "console"."bundle_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bundle_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bundle_keys" USING (console.in_scope(NULL)) WITH CHECK (console.in_scope(NULL));

ALTER TABLE "console"."bundle_trusts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bundle_trusts" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bundle_trusts" USING (console.in_scope(NULL)) WITH CHECK (console.in_scope(NULL));

ALTER TABLE "console"."bundles" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bundles" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bundles" USING (console.in_scope(NULL)) WITH CHECK (console.in_scope(NULL));

ALTER TABLE "console"."bundle_entries" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bundle_entries" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bundle_entries" USING (console.in_scope(NULL)) WITH CHECK (console.in_scope(NULL));

-- A key that was once trusted, or has once signed, is never forgotten; nor is a serial that was taken.
REVOKE DELETE ON "console"."bundle_issuers", "console"."bundle_keys", "console"."bundle_trusts", "console"."bundles", "console"."bundle_entries" FROM sallyport_console, sallyport_worker;
