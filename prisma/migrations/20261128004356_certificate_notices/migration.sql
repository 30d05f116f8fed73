-- AlterTable
ALTER TABLE "identity"."connections" ADD COLUMN     "certificate_notice_days" INTEGER,
ADD COLUMN     "certificates_end_at" TIMESTAMPTZ(3);
