-- AlterTable
ALTER TABLE "console"."doctor_reports" ADD COLUMN     "brought_by_id" TEXT NOT NULL DEFAULT '';
