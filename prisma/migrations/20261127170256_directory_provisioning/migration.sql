-- AlterTable
ALTER TABLE "identity"."directory_users" ADD COLUMN     "user_id" TEXT;

-- CreateIndex
CREATE INDEX "directory_users_user_id_idx" ON "identity"."directory_users"("user_id");

-- AddForeignKey
ALTER TABLE "identity"."directory_users" ADD CONSTRAINT "directory_users_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
