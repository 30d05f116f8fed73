-- CreateEnum
CREATE TYPE "console"."link_purpose" AS ENUM ('set_up', 'join', 'reset');

-- AlterTable
ALTER TABLE "console"."invitations" ADD COLUMN     "person_id" TEXT,
ADD COLUMN     "purpose" "console"."link_purpose" NOT NULL DEFAULT 'join';

-- CreateIndex
CREATE INDEX "invitations_person_id_idx" ON "console"."invitations"("person_id");

-- AddForeignKey
ALTER TABLE "console"."invitations" ADD CONSTRAINT "invitations_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "console"."people"("id") ON DELETE CASCADE ON UPDATE CASCADE;
