-- AlterTable
ALTER TABLE "console"."allowlist_rules" ADD COLUMN "expired_at" TIMESTAMPTZ(3),
ADD COLUMN "hosts" TEXT[] DEFAULT ARRAY[]::TEXT[];
