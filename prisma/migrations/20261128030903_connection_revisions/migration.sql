-- AlterTable
ALTER TABLE "identity"."connections" ADD COLUMN     "settings_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "identity"."sign_ins" ADD COLUMN     "edition" INTEGER,
ADD COLUMN     "revision" INTEGER;

-- CreateTable
CREATE TABLE "identity"."connection_revisions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "edition" INTEGER NOT NULL DEFAULT 1,
    "connection_type" TEXT NOT NULL,
    "saml" JSONB,
    "oidc" JSONB,
    "ldap" JSONB,
    "attribute_map" JSONB NOT NULL DEFAULT '{}',
    "role_map" JSONB NOT NULL DEFAULT '[]',
    "note" TEXT,
    "made_by" TEXT,
    "based_on" INTEGER,
    "returns_to" INTEGER,
    "test_sign_in_id" TEXT,
    "tested_at" TIMESTAMPTZ(3),
    "activated_at" TIMESTAMPTZ(3),
    "activated_by" TEXT,
    "reason" TEXT,
    "replaced" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_revisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."captured_answers" (
    "sign_in_id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "captured_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "captured_answers_pkey" PRIMARY KEY ("sign_in_id")
);

-- CreateIndex
CREATE INDEX "connection_revisions_environment_id_id_idx" ON "identity"."connection_revisions"("environment_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_revisions_connection_id_number_key" ON "identity"."connection_revisions"("connection_id", "number");

-- CreateIndex
CREATE INDEX "captured_answers_expires_at_idx" ON "identity"."captured_answers"("expires_at");

-- AddForeignKey
ALTER TABLE "identity"."connection_revisions" ADD CONSTRAINT "connection_revisions_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."captured_answers" ADD CONSTRAINT "captured_answers_sign_in_id_fkey" FOREIGN KEY ("sign_in_id") REFERENCES "identity"."sign_ins"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."connection_revisions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."connection_revisions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."connection_revisions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."captured_answers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."captured_answers" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."captured_answers" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

-- Of each connection at most one revision is active, and at most one is a draft.
CREATE UNIQUE INDEX "connection_revisions_one_active" ON "identity"."connection_revisions"("connection_id") WHERE "state" = 'active';
CREATE UNIQUE INDEX "connection_revisions_one_draft" ON "identity"."connection_revisions"("connection_id") WHERE "state" = 'draft';
