-- AlterTable
ALTER TABLE "console"."sso_providers" DROP COLUMN "trusts_email";
