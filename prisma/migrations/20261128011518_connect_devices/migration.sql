-- AlterTable
ALTER TABLE "identity"."device_codes" ADD COLUMN     "application_id" TEXT,
ADD COLUMN     "authorization_id" TEXT,
ADD COLUMN     "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "signed_in_at" TIMESTAMPTZ(3);
