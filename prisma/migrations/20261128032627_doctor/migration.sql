-- CreateTable
CREATE TABLE "console"."doctor_reports" (
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "deployment_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "failed" INTEGER NOT NULL,
    "warnings" INTEGER NOT NULL,
    "passed" INTEGER NOT NULL,
    "skipped" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "ran_at" TIMESTAMPTZ(3) NOT NULL,
    "brought_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "doctor_reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "console"."redirect_uri_proofs" (
    "redirect_uri_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "report_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "found" TEXT NOT NULL,
    "machine" TEXT NOT NULL,
    "ran_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "redirect_uri_proofs_pkey" PRIMARY KEY ("redirect_uri_id")
);

-- CreateIndex
CREATE INDEX "doctor_reports_deployment_id_ran_at_idx" ON "console"."doctor_reports"("deployment_id", "ran_at");

-- CreateIndex
CREATE UNIQUE INDEX "doctor_reports_deployment_id_run_id_key" ON "console"."doctor_reports"("deployment_id", "run_id");

-- AddForeignKey
ALTER TABLE "console"."doctor_reports" ADD CONSTRAINT "doctor_reports_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "console"."customers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."doctor_reports" ADD CONSTRAINT "doctor_reports_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "console"."deployments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "console"."redirect_uri_proofs" ADD CONSTRAINT "redirect_uri_proofs_redirect_uri_id_fkey" FOREIGN KEY ("redirect_uri_id") REFERENCES "console"."redirect_uris"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "console"."doctor_reports" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."doctor_reports" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."doctor_reports" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

ALTER TABLE "console"."redirect_uri_proofs" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "console"."redirect_uri_proofs" FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON "console"."redirect_uri_proofs" USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
