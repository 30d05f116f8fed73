-- AlterTable
ALTER TABLE "console"."change_requests" ADD COLUMN     "waits_for" "console"."approval_side"[] DEFAULT ARRAY[]::"console"."approval_side"[];

-- CreateIndex
CREATE INDEX "change_requests_state_updated_at_idx" ON "console"."change_requests"("state", "updated_at");
