-- AlterTable
ALTER TABLE "identity"."connections" ADD COLUMN "last_sign_in_at" TIMESTAMPTZ(3);
-- AlterTable
ALTER TABLE "identity"."sign_ins" DROP COLUMN "request_id";
