-- CreateEnum
CREATE TYPE "console"."change_request_state" AS ENUM ('draft', 'simulated', 'proposed', 'approved', 'refused', 'withdrawn', 'applied', 'verified', 'closed');

-- CreateEnum
CREATE TYPE "console"."change_effect" AS ENUM ('widening', 'narrowing', 'neither');

-- CreateEnum
CREATE TYPE "console"."approval_side" AS ENUM ('vendor', 'customer');

-- CreateTable
CREATE TABLE "console"."change_requests" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "ticket" TEXT NOT NULL DEFAULT '',
    "state" "console"."change_request_state" NOT NULL DEFAULT 'draft',
    "changes" JSONB NOT NULL DEFAULT '[]',
    "change_count" INTEGER NOT NULL DEFAULT 0,
    "effect" "console"."change_effect",
    "simulation" JSONB,
    "base_digest" TEXT,
    "round" INTEGER NOT NULL DEFAULT 0,
    "undo" JSONB,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "author_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "proposed_by_name" TEXT NOT NULL DEFAULT '',
    "proposed_at" TIMESTAMPTZ(3),
    "decided_at" TIMESTAMPTZ(3),
    "end_reason" TEXT NOT NULL DEFAULT '',
    "applied_by_name" TEXT NOT NULL DEFAULT '',
    "applied_at" TIMESTAMPTZ(3),
    "verification" JSONB,
    "verified_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "reminded_at" TIMESTAMPTZ(3),
    "rollback_of_id" TEXT,
    "bulk_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "change_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."change_approvals" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "side" "console"."approval_side" NOT NULL,
    "person_id" TEXT NOT NULL,
    "person_name" TEXT NOT NULL,
    "role" "console"."role" NOT NULL,
    "consent_of" TEXT NOT NULL DEFAULT '',
    "consent_how" TEXT NOT NULL DEFAULT '',
    "comment" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_approvals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."change_comments" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "change_comments_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "change_requests_customer_id_state_idx" ON "console"."change_requests"("customer_id", "state");

-- CreateIndex
CREATE INDEX "change_requests_state_expires_at_idx" ON "console"."change_requests"("state", "expires_at");

-- CreateIndex
CREATE INDEX "change_requests_created_at_idx" ON "console"."change_requests"("created_at");

-- CreateIndex
CREATE INDEX "change_requests_rollback_of_id_idx" ON "console"."change_requests"("rollback_of_id");

-- CreateIndex
CREATE INDEX "change_requests_bulk_id_state_idx" ON "console"."change_requests"("bulk_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "change_requests_deployment_id_number_key" ON "console"."change_requests"("deployment_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "change_approvals_request_id_round_side_key" ON "console"."change_approvals"("request_id", "round", "side");

-- CreateIndex
CREATE INDEX "change_comments_request_id_created_at_idx" ON "console"."change_comments"("request_id", "created_at");

-- AddForeignKey
ALTER TABLE "console"."change_requests" ADD CONSTRAINT "change_requests_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."change_requests" ADD CONSTRAINT "change_requests_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."change_requests" ADD CONSTRAINT "change_requests_rollback_of_id_fkey" FOREIGN KEY ("rollback_of_id") REFERENCES "console"."change_requests"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."change_approvals" ADD CONSTRAINT "change_approvals_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "console"."change_requests"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."change_comments" ADD CONSTRAINT "change_comments_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "console"."change_requests"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "console"."change_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."change_requests" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."change_requests" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."change_approvals" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."change_approvals" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."change_approvals" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."change_comments" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."change_comments" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."change_comments" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
