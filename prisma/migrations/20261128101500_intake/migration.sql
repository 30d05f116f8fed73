-- The signatures of webhooks that were taken: one that comes again is a recording. Kept for as long as their time could pass.
CREATE TABLE "boundary"."intake_signatures" (
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "signature" BYTEA NOT NULL,
  "signed_at" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("deployment_id", "signature")
);
CREATE INDEX "intake_signatures_signed_at_idx" ON "boundary"."intake_signatures"("deployment_id", "signed_at");

-- The time of the newest signature that was forgotten. What was signed then or before is refused, even by a clock that was set
-- back to where it would pass: nobody could tell whether it was taken.
CREATE TABLE "boundary"."intake_forgotten" (
  "deployment_id" TEXT PRIMARY KEY,
  "customer_id" TEXT NOT NULL,
  "signed_until" TIMESTAMPTZ(3) NOT NULL
);

DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['intake_signatures', 'intake_forgotten'] LOOP
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY gateway ON boundary.%I TO sallyport_gateway
      USING (boundary.serves(deployment_id)) WITH CHECK (boundary.serves(deployment_id))', "name");
    EXECUTE format('CREATE POLICY scope ON boundary.%I TO sallyport_console, sallyport_worker
      USING (console.in_scope(customer_id)) WITH CHECK (console.in_scope(customer_id))', "name");
  END LOOP;
END $$;
