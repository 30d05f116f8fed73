-- AlterTable
ALTER TABLE "console"."connections" ADD COLUMN     "guide_id" TEXT;
