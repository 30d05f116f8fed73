-- AlterTable
ALTER TABLE "identity"."connections" ADD COLUMN     "role_map" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "identity"."profiles" ADD COLUMN     "role_slugs" JSONB;
