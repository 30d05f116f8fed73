-- How long each deployment's crossings are kept. A day goes once nobody wants it any more: where several deployments share a database,
-- one that keeps its record for a month does not take away that of one that keeps it for ten years.
CREATE TABLE "boundary"."crossings_kept" (
  "deployment_id" TEXT PRIMARY KEY,
  "customer_id" TEXT NOT NULL,
  "days" INTEGER NOT NULL CHECK ("days" BETWEEN 1 AND 3650),
  "said_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
ALTER TABLE "boundary"."crossings_kept" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "boundary"."crossings_kept" FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway ON "boundary"."crossings_kept" TO sallyport_gateway
  USING ("boundary"."serves"("deployment_id")) WITH CHECK ("boundary"."serves"("deployment_id"));
CREATE POLICY scope ON "boundary"."crossings_kept" TO sallyport_console, sallyport_worker
  USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));
GRANT INSERT, UPDATE ON "boundary"."crossings_kept" TO sallyport_console, sallyport_worker;
-- The longest of all decides, whoever asks.
CREATE POLICY retention ON "boundary"."crossings_kept" FOR SELECT TO sallyport_owner USING (true);

-- Drops the days that every deployment has kept long enough, and says how many. One that has said nothing for as long as it keeps its
-- crossings has none left.
CREATE FUNCTION "boundary"."drop_kept_days"("today" date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  "longest" integer;
BEGIN
  SELECT max("days") INTO "longest" FROM boundary.crossings_kept
  WHERE "said_at" + make_interval(days => "days" + 1) > now();
  IF "longest" IS NULL THEN RETURN 0; END IF;
  RETURN boundary.drop_days_before("today" - "longest" + 1);
END $$;
REVOKE ALL ON FUNCTION "boundary"."drop_kept_days"(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "boundary"."drop_kept_days"(date) TO sallyport_gateway, sallyport_worker;
REVOKE ALL ON FUNCTION "boundary"."drop_days_before"(date) FROM sallyport_gateway, sallyport_worker;

-- Crossings that the console has not been sent, where it reads another database: one row for those that one statement wrote.
CREATE TABLE "boundary"."crossings_unsent" (
  "seq" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "deployment_id" TEXT NOT NULL,
  "gateway" TEXT NOT NULL,
  "began_at" TIMESTAMPTZ(3)[] NOT NULL,
  "ids" TEXT[] NOT NULL,
  "leased_until" TIMESTAMPTZ(3)
);
ALTER TABLE "boundary"."crossings_unsent" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "boundary"."crossings_unsent" FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway ON "boundary"."crossings_unsent" TO sallyport_gateway
  USING ("boundary"."serves"("deployment_id")) WITH CHECK ("boundary"."serves"("deployment_id"));
REVOKE ALL ON "boundary"."crossings_unsent" FROM sallyport_console, sallyport_worker;
