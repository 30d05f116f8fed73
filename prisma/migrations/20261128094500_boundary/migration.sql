-- What the boundary gateway keeps. Its tables are no Prisma models: crossings are partitioned by day, and whoever reads
-- them does so in SQL.
CREATE SCHEMA "boundary";
-- The days' partitions. Nobody may look into this schema: a partition that is read by its own name knows no row-level security.
CREATE SCHEMA "boundary_days";

GRANT USAGE ON SCHEMA "boundary" TO sallyport_gateway, sallyport_console, sallyport_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "boundary"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sallyport_gateway;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "boundary"
  GRANT USAGE, SELECT ON SEQUENCES TO sallyport_gateway;
-- The console looks, and changes nothing: what a gateway is told it is told by its configuration.
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "boundary"
  GRANT SELECT ON TABLES TO sallyport_console, sallyport_worker;

-- A gateway sees and writes the rows of the deployment it serves.
CREATE FUNCTION "boundary"."serves"("deployment" text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN "deployment" = current_setting('sallyport.deployment', true);

-- Which database this is: a gateway whose console has the same one need not tell it what it writes down.
CREATE TABLE "boundary"."store" (
  "only" BOOLEAN PRIMARY KEY DEFAULT true CHECK ("only"),
  "id" UUID NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO "boundary"."store" DEFAULT VALUES;
REVOKE INSERT, UPDATE, DELETE ON "boundary"."store" FROM sallyport_gateway;

-- The last configuration that was accepted, so that a gateway starts without its console. It holds keys, so it is sealed;
-- it is found by who told it, before anything of it is known.
CREATE TABLE "boundary"."configurations" (
  "told_by" TEXT PRIMARY KEY,
  "sealed" TEXT NOT NULL,
  "accepted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
REVOKE ALL ON "boundary"."configurations" FROM sallyport_console, sallyport_worker;

-- One row for everything that crossed the boundary, or was refused to.
CREATE TABLE "boundary"."crossings" (
  "id" TEXT NOT NULL,
  "began_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3),
  "customer_id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "environment_id" TEXT,
  "gateway" TEXT NOT NULL,
  "direction" TEXT NOT NULL CHECK ("direction" IN ('egress', 'ingress')),
  "kind" TEXT NOT NULL CHECK ("kind" IN ('connection', 'request', 'callback', 'webhook', 'pull', 'delivery', 'bundle', 'gap')),
  "outcome" TEXT NOT NULL CHECK ("outcome" IN ('open', 'allowed', 'refused', 'failed')),
  "reason" TEXT,
  "rule_id" TEXT,
  "purpose" TEXT,
  "peer_name" TEXT,
  "peer_address" INET,
  "peer_port" INTEGER,
  "client_id" TEXT,
  "client_name" TEXT,
  "client_address" INET,
  "method" TEXT,
  "path" TEXT,
  "status" INTEGER,
  "bytes_in" BIGINT NOT NULL DEFAULT 0,
  "bytes_out" BIGINT NOT NULL DEFAULT 0,
  "tls_version" TEXT,
  "certificate_sha256" TEXT,
  "latency_ms" INTEGER,
  "correlation_id" TEXT,
  PRIMARY KEY ("deployment_id", "began_at", "id")
) PARTITION BY RANGE ("began_at");
ALTER TABLE "boundary"."crossings" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "boundary"."crossings" FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway ON "boundary"."crossings" TO sallyport_gateway
  USING ("boundary"."serves"("deployment_id")) WITH CHECK ("boundary"."serves"("deployment_id"));
CREATE POLICY scope ON "boundary"."crossings" TO sallyport_console, sallyport_worker
  USING (console.in_scope("customer_id")) WITH CHECK (console.in_scope("customer_id"));

-- The partition of one day in UTC. Only who owns the table may make one; its programs may ask for it.
CREATE FUNCTION "boundary"."prepare_day"("day" date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  "name" text := 'crossings_' || to_char("day", 'YYYYMMDD');
BEGIN
  IF to_regclass('boundary_days.' || "name") IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(5011620261);
  IF to_regclass('boundary_days.' || "name") IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE boundary_days.%I PARTITION OF boundary.crossings FOR VALUES FROM (%L) TO (%L)',
    "name", "day"::text || ' 00:00:00+00', ("day" + 1)::text || ' 00:00:00+00');
END $$;

-- Drops the partitions that end before `day`, and says how many.
CREATE FUNCTION "boundary"."drop_days_before"("day" date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  "found" record;
  "dropped" integer := 0;
BEGIN
  FOR "found" IN
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'boundary_days' AND c.relname ~ '^crossings_\d{8}$'
      AND to_date(substr(c.relname, 11), 'YYYYMMDD') < "day"
  LOOP
    EXECUTE format('DROP TABLE boundary_days.%I', "found".relname);
    "dropped" := "dropped" + 1;
  END LOOP;
  RETURN "dropped";
END $$;
REVOKE ALL ON FUNCTION "boundary"."prepare_day"(date), "boundary"."drop_days_before"(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "boundary"."prepare_day"(date) TO sallyport_gateway, sallyport_console, sallyport_worker;
GRANT EXECUTE ON FUNCTION "boundary"."drop_days_before"(date) TO sallyport_gateway, sallyport_worker;
