-- AlterTable
ALTER TABLE "identity"."management_tokens" ADD COLUMN     "access" TEXT NOT NULL DEFAULT 'full',
ADD COLUMN     "environments" JSONB,
ADD COLUMN     "expires_at" TIMESTAMPTZ(3);
