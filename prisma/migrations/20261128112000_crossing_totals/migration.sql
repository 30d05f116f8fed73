-- A customer's counts are found without reading everybody's.
CREATE INDEX "crossing_hours_customer_idx" ON "boundary"."crossing_hours" ("customer_id", "at");
CREATE INDEX "crossing_days_customer_idx" ON "boundary"."crossing_days" ("customer_id", "at");

-- What a vendor with thousands of deployments asks first, of all of them together: how many, which way, of what kind, how it came
-- out. `slot` spreads what many gateways count at once over several rows, so that they do not wait for each other.
CREATE TABLE "boundary"."crossing_totals" (
  "tier" TEXT NOT NULL CHECK ("tier" IN ('hours', 'days')),
  "at" TIMESTAMPTZ(3) NOT NULL,
  "slot" SMALLINT NOT NULL,
  "direction" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "count" BIGINT NOT NULL,
  "bytes_in" BIGINT NOT NULL,
  "bytes_out" BIGINT NOT NULL,
  PRIMARY KEY ("tier", "at", "slot", "direction", "kind", "outcome")
) WITH (fillfactor = 70);
-- Only who sees every customer sees what all of them have together; a gateway, which sees one, adds to it and cannot read it.
REVOKE ALL ON "boundary"."crossing_totals" FROM sallyport_gateway;
ALTER TABLE "boundary"."crossing_totals" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "boundary"."crossing_totals" FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody ON "boundary"."crossing_totals" FOR SELECT TO sallyport_console, sallyport_worker
  USING (current_setting('sallyport.customers', true) = '*');
CREATE POLICY counted ON "boundary"."crossing_totals" TO sallyport_owner USING (true) WITH CHECK (true);

-- Adds to both tiers what a statement wrote; `before` is what it changed, taken off again.
CREATE FUNCTION "boundary"."total_written"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO boundary.crossing_totals AS t
    SELECT tier, date_trunc(rtrim(tier, 's'), w.began_at, 'UTC'), mod(hashtext(w.deployment_id), 8), w.direction, w.kind, w.outcome,
      count(*), sum(w.bytes_in), sum(w.bytes_out)
    FROM written w, unnest(ARRAY['days', 'hours']) AS tier
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tier, at, slot, direction, kind, outcome) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out;
  RETURN NULL;
END $$;
CREATE FUNCTION "boundary"."total_changed"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO boundary.crossing_totals AS t
    SELECT tier, date_trunc(rtrim(tier, 's'), w.began_at, 'UTC'), mod(hashtext(w.deployment_id), 8), w.direction, w.kind, w.outcome,
      sum(w.weight), sum(w.weight * w.bytes_in), sum(w.weight * w.bytes_out)
    FROM (
      SELECT deployment_id, began_at, direction, kind, outcome, bytes_in, bytes_out, 1 AS weight FROM written
      UNION ALL
      SELECT deployment_id, began_at, direction, kind, outcome, bytes_in, bytes_out, -1 FROM before
    ) w, unnest(ARRAY['days', 'hours']) AS tier
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING sum(w.weight) <> 0 OR sum(w.weight * w.bytes_in) <> 0 OR sum(w.weight * w.bytes_out) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (tier, at, slot, direction, kind, outcome) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out;
  RETURN NULL;
END $$;
CREATE TRIGGER "total_written" AFTER INSERT ON "boundary"."crossings"
  REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."total_written"();
CREATE TRIGGER "total_changed" AFTER UPDATE ON "boundary"."crossings"
  REFERENCING OLD TABLE AS "before" NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."total_changed"();

-- What was there before.
INSERT INTO "boundary"."crossing_totals"
  SELECT 'hours', "at", mod(hashtext("deployment_id"), 8), "direction", "kind", "outcome", sum("count"), sum("bytes_in"), sum("bytes_out")
  FROM "boundary"."crossing_hours" GROUP BY 2, 3, 4, 5, 6;
INSERT INTO "boundary"."crossing_totals"
  SELECT 'days', date_trunc('day', "at", 'UTC'), "slot", "direction", "kind", "outcome", sum("count"), sum("bytes_in"), sum("bytes_out")
  FROM "boundary"."crossing_totals" GROUP BY 2, 3, 4, 5, 6;

-- As before, and what was counted of a day goes with it, from the totals as well.
CREATE OR REPLACE FUNCTION "boundary"."drop_days_before"("day" date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '500ms' AS $$
DECLARE
  "found" record;
  "begins" timestamptz;
  "dropped" integer := 0;
BEGIN
  FOR "found" IN
    SELECT c.relname, to_date(substr(c.relname, 11), 'YYYYMMDD') AS "kept"
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'boundary_days' AND c.relname ~ '^crossings_\d{8}$'
      AND to_date(substr(c.relname, 11), 'YYYYMMDD') < "day"
    ORDER BY c.relname
  LOOP
    BEGIN
      EXECUTE format('DROP TABLE IF EXISTS boundary_days.%I', "found".relname);
      "begins" := "found"."kept"::timestamp AT TIME ZONE 'UTC';
      DELETE FROM boundary.crossing_hours WHERE "at" >= "begins" AND "at" < "begins" + interval '1 day';
      DELETE FROM boundary.crossing_days WHERE "at" = "begins";
      DELETE FROM boundary.crossing_totals WHERE "at" >= "begins" AND "at" < "begins" + interval '1 day';
      "dropped" := "dropped" + 1;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  RETURN "dropped";
END $$;
