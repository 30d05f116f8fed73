-- AlterTable
ALTER TABLE "identity"."connections" ADD COLUMN     "ldap" JSONB;
