-- AlterTable
ALTER TABLE "identity"."authorization_codes" ADD COLUMN     "idp_session_id" TEXT;

-- AlterTable
ALTER TABLE "identity"."device_codes" ADD COLUMN     "idp_session_id" TEXT;

-- AlterTable
ALTER TABLE "identity"."sessions" ADD COLUMN     "idp_session_id" TEXT;

-- AlterTable
ALTER TABLE "identity"."sign_in_grants" ADD COLUMN     "idp_session_id" TEXT;

-- CreateTable
CREATE TABLE "identity"."idp_sessions" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "profile_id" TEXT NOT NULL,
    "subject_hash" TEXT,
    "name_id" JSONB,
    "session_index" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "idp_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity"."single_logouts" (
    "handle_hash" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "return_to" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "single_logouts_pkey" PRIMARY KEY ("handle_hash")
);

-- CreateIndex
CREATE INDEX "idp_sessions_connection_id_subject_hash_idx" ON "identity"."idp_sessions"("connection_id", "subject_hash");

-- CreateIndex
CREATE INDEX "idp_sessions_profile_id_idx" ON "identity"."idp_sessions"("profile_id");

-- CreateIndex
CREATE INDEX "idp_sessions_expires_at_idx" ON "identity"."idp_sessions"("expires_at");

-- CreateIndex
CREATE INDEX "single_logouts_connection_id_idx" ON "identity"."single_logouts"("connection_id");

-- CreateIndex
CREATE INDEX "single_logouts_expires_at_idx" ON "identity"."single_logouts"("expires_at");

-- CreateIndex
CREATE INDEX "sessions_idp_session_id_idx" ON "identity"."sessions"("idp_session_id");

-- AddForeignKey
ALTER TABLE "identity"."idp_sessions" ADD CONSTRAINT "idp_sessions_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."idp_sessions" ADD CONSTRAINT "idp_sessions_profile_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "identity"."profiles"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."single_logouts" ADD CONSTRAINT "single_logouts_connection_id_fkey" FOREIGN KEY ("connection_id") REFERENCES "identity"."connections"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."idp_sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."idp_sessions" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."idp_sessions" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));

ALTER TABLE "identity"."single_logouts" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."single_logouts" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."single_logouts" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
