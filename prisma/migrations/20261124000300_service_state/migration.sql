-- AlterTable
ALTER TABLE "console"."identity_services" ADD COLUMN "state_reason" TEXT NOT NULL DEFAULT '',
ADD COLUMN "version" TEXT NOT NULL DEFAULT '';
