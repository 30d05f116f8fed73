-- AlterTable
ALTER TABLE "identity"."authorization_codes" ADD COLUMN     "remembered_id" TEXT,
ADD COLUMN     "signed_in_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "identity"."sessions" ADD COLUMN     "remembered_id" TEXT,
ADD COLUMN     "signed_in_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "identity"."remembered_sign_ins" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "organization_id" TEXT,
    "method" TEXT NOT NULL,
    "second_factor" BOOLEAN NOT NULL,
    "idp_session_id" TEXT,
    "signed_in_at" TIMESTAMPTZ(3) NOT NULL,
    "idle_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remembered_sign_ins_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "remembered_sign_ins_secret_hash_key" ON "identity"."remembered_sign_ins"("secret_hash");

-- CreateIndex
CREATE INDEX "remembered_sign_ins_user_id_idx" ON "identity"."remembered_sign_ins"("user_id");

-- CreateIndex
CREATE INDEX "remembered_sign_ins_idp_session_id_idx" ON "identity"."remembered_sign_ins"("idp_session_id");

-- CreateIndex
CREATE INDEX "remembered_sign_ins_expires_at_idx" ON "identity"."remembered_sign_ins"("expires_at");

-- AddForeignKey
ALTER TABLE "identity"."remembered_sign_ins" ADD CONSTRAINT "remembered_sign_ins_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "identity"."environments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity"."remembered_sign_ins" ADD CONSTRAINT "remembered_sign_ins_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "identity"."remembered_sign_ins" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "identity"."remembered_sign_ins" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "identity"."remembered_sign_ins" USING (identity.in_environment("environment_id")) WITH CHECK (identity.in_environment("environment_id"));
