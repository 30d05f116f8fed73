-- AlterTable
ALTER TABLE "console"."served_lists" ADD COLUMN     "holds" TEXT NOT NULL DEFAULT 'addresses';
