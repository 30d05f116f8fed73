-- AlterTable
ALTER TABLE "identity"."directory_groups" ADD COLUMN     "name_key" TEXT NOT NULL;

-- CreateIndex
CREATE INDEX "directory_groups_directory_id_name_key_idx" ON "identity"."directory_groups"("directory_id", "name_key");
