-- CreateEnum
CREATE TYPE "console"."bulk_subject" AS ENUM ('address_set', 'rule_pack');

-- CreateEnum
CREATE TYPE "console"."bulk_state" AS ENUM ('running', 'paused', 'done');

-- CreateEnum
CREATE TYPE "console"."bulk_item_state" AS ENUM ('waiting', 'proposed', 'held', 'left_out');

-- CreateTable
CREATE TABLE "console"."bulk_requests" (
    "id" TEXT NOT NULL,
    "subject" "console"."bulk_subject" NOT NULL,
    "subject_id" TEXT NOT NULL,
    "subject_name" TEXT NOT NULL,
    "version_id" TEXT NOT NULL,
    "version_number" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "ticket" TEXT NOT NULL DEFAULT '',
    "state" "console"."bulk_state" NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bulk_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."bulk_request_items" (
    "bulk_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "state" "console"."bulk_item_state" NOT NULL DEFAULT 'waiting',
    "request_id" TEXT,
    "taken_at" TIMESTAMPTZ(3),
    "problem" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "bulk_request_items_pkey" PRIMARY KEY ("bulk_id","deployment_id")
);

-- CreateIndex
CREATE INDEX "bulk_requests_state_idx" ON "console"."bulk_requests"("state");

-- CreateIndex
CREATE INDEX "bulk_requests_created_at_idx" ON "console"."bulk_requests"("created_at");

-- CreateIndex
CREATE INDEX "bulk_request_items_bulk_id_state_idx" ON "console"."bulk_request_items"("bulk_id", "state");

-- CreateIndex
CREATE INDEX "bulk_request_items_request_id_idx" ON "console"."bulk_request_items"("request_id");

-- AddForeignKey
ALTER TABLE "console"."bulk_request_items" ADD CONSTRAINT "bulk_request_items_bulk_id_fkey" FOREIGN KEY ("bulk_id") REFERENCES "console"."bulk_requests"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."bulk_request_items" ADD CONSTRAINT "bulk_request_items_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "console"."bulk_request_items" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."bulk_request_items" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."bulk_request_items" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
