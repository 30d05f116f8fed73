-- What the explorer of crossings asks: how many, of which sort, when; answered from counts and not by reading millions of rows.
-- The counts are kept by the statement that writes the crossings, in its transaction: they are never behind and never wrong.

CREATE INDEX "crossings_began_at_idx" ON "boundary"."crossings" ("began_at", "id");
CREATE INDEX "crossings_customer_idx" ON "boundary"."crossings" ("customer_id", "began_at", "id");
CREATE INDEX "crossings_stopped_idx" ON "boundary"."crossings" ("began_at", "id") WHERE "outcome" IN ('refused', 'failed');
CREATE INDEX "crossings_peer_address_idx" ON "boundary"."crossings" ("peer_address", "began_at");
CREATE INDEX "crossings_correlation_idx" ON "boundary"."crossings" ("correlation_id") WHERE "correlation_id" IS NOT NULL;

-- One row for all crossings of an hour, and of a day, that differ in nothing but their moment and their bytes. What a
-- crossing does not have is empty here. `key` stands for all of it, so that the index stays small.
CREATE TABLE "boundary"."crossing_hours" (
  "deployment_id" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "key" UUID NOT NULL,
  "customer_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "direction" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "rule_id" TEXT NOT NULL,
  "peer" TEXT NOT NULL,
  "client" TEXT NOT NULL,
  "count" BIGINT NOT NULL,
  "bytes_in" BIGINT NOT NULL,
  "bytes_out" BIGINT NOT NULL,
  PRIMARY KEY ("deployment_id", "at", "key")
);
CREATE INDEX "crossing_hours_at_idx" ON "boundary"."crossing_hours" ("at");
CREATE TABLE "boundary"."crossing_days" (LIKE "boundary"."crossing_hours" INCLUDING ALL);

-- When each rule let something pass, for the first and for the last time. The empty rule stands for anything at all.
CREATE TABLE "boundary"."rule_uses" (
  "deployment_id" TEXT NOT NULL,
  "rule_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "first_at" TIMESTAMPTZ(3) NOT NULL,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY ("deployment_id", "rule_id")
);

-- A gateway that has a database of its own sends its crossings to the console, which writes them down as they come.
GRANT INSERT, UPDATE ON "boundary"."crossings", "boundary"."crossing_hours", "boundary"."crossing_days", "boundary"."rule_uses" TO sallyport_console, sallyport_worker;

DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['crossing_hours', 'crossing_days', 'rule_uses'] LOOP
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY gateway ON boundary.%I TO sallyport_gateway
      USING (boundary.serves(deployment_id)) WITH CHECK (boundary.serves(deployment_id))', "name");
    EXECUTE format('CREATE POLICY scope ON boundary.%I TO sallyport_console, sallyport_worker
      USING (console.in_scope(customer_id)) WITH CHECK (console.in_scope(customer_id))', "name");
    -- Whoever drops a day's crossings takes their counts away as well.
    EXECUTE format('CREATE POLICY retention ON boundary.%I FOR ALL TO sallyport_owner USING (true)', "name");
  END LOOP;
END $$;

-- Adds what was written to the counts, in the order of their keys, so that two writers never wait for each other.
CREATE FUNCTION "boundary"."count_written"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  WITH every AS (
      SELECT deployment_id, customer_id, coalesce(environment_id, '') AS environment_id, direction, kind, outcome,
        coalesce(reason, '') AS reason, coalesce(rule_id, '') AS rule_id, coalesce(peer_name, host(peer_address), '') AS peer,
        coalesce(client_name, client_id, host(client_address), '') AS client, began_at,
        1 AS weight, bytes_in AS bytes_in, bytes_out AS bytes_out FROM written
  ), hour AS MATERIALIZED (
    SELECT deployment_id, date_trunc('hour', began_at, 'UTC') AS at,
      md5(concat_ws(chr(31), environment_id, direction, kind, outcome, reason, rule_id, peer, client))::uuid AS key,
      min(customer_id) AS customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer, client,
      sum(weight) AS count, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out
    FROM every GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12
    HAVING sum(weight) <> 0 OR sum(bytes_in) <> 0 OR sum(bytes_out) <> 0
  ), hours AS (
    INSERT INTO boundary.crossing_hours AS t SELECT * FROM hour ORDER BY deployment_id, at, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out
  )
  INSERT INTO boundary.crossing_days AS t
    SELECT deployment_id, date_trunc('day', at, 'UTC') AS day, key, min(customer_id), environment_id, direction, kind, outcome,
      reason, rule_id, peer, client, sum(count), sum(bytes_in), sum(bytes_out)
    FROM hour GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12 ORDER BY deployment_id, day, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out;
  INSERT INTO boundary.rule_uses AS u
    SELECT deployment_id, rule_id, min(customer_id), min(began_at), max(began_at)
    FROM (
      SELECT deployment_id, customer_id, began_at, '' AS rule_id FROM written
      UNION ALL
      SELECT deployment_id, customer_id, began_at, rule_id FROM written WHERE rule_id IS NOT NULL AND outcome <> 'refused'
    ) c
    GROUP BY deployment_id, rule_id ORDER BY deployment_id, rule_id
    ON CONFLICT (deployment_id, rule_id) DO UPDATE
      SET first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)
      WHERE excluded.first_at < u.first_at OR excluded.last_at > u.last_at;
  RETURN NULL;
END $$;

-- The same for crossings that went further: an open one has ended, and has more bytes now.
CREATE FUNCTION "boundary"."count_changed"() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  WITH every AS (
      SELECT deployment_id, customer_id, coalesce(environment_id, '') AS environment_id, direction, kind, outcome,
        coalesce(reason, '') AS reason, coalesce(rule_id, '') AS rule_id, coalesce(peer_name, host(peer_address), '') AS peer,
        coalesce(client_name, client_id, host(client_address), '') AS client, began_at,
        1 AS weight, bytes_in AS bytes_in, bytes_out AS bytes_out FROM written
      UNION ALL
      SELECT deployment_id, customer_id, coalesce(environment_id, '') AS environment_id, direction, kind, outcome,
        coalesce(reason, '') AS reason, coalesce(rule_id, '') AS rule_id, coalesce(peer_name, host(peer_address), '') AS peer,
        coalesce(client_name, client_id, host(client_address), '') AS client, began_at,
        -1 AS weight, -bytes_in AS bytes_in, -bytes_out AS bytes_out FROM before
  ), hour AS MATERIALIZED (
    SELECT deployment_id, date_trunc('hour', began_at, 'UTC') AS at,
      md5(concat_ws(chr(31), environment_id, direction, kind, outcome, reason, rule_id, peer, client))::uuid AS key,
      min(customer_id) AS customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer, client,
      sum(weight) AS count, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out
    FROM every GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12
    HAVING sum(weight) <> 0 OR sum(bytes_in) <> 0 OR sum(bytes_out) <> 0
  ), hours AS (
    INSERT INTO boundary.crossing_hours AS t SELECT * FROM hour ORDER BY deployment_id, at, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out
  )
  INSERT INTO boundary.crossing_days AS t
    SELECT deployment_id, date_trunc('day', at, 'UTC') AS day, key, min(customer_id), environment_id, direction, kind, outcome,
      reason, rule_id, peer, client, sum(count), sum(bytes_in), sum(bytes_out)
    FROM hour GROUP BY 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12 ORDER BY deployment_id, day, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out;
  INSERT INTO boundary.rule_uses AS u
    SELECT deployment_id, rule_id, min(customer_id), min(began_at), max(began_at)
    FROM (
      SELECT deployment_id, customer_id, began_at, '' AS rule_id FROM written
      UNION ALL
      SELECT deployment_id, customer_id, began_at, rule_id FROM written WHERE rule_id IS NOT NULL AND outcome <> 'refused'
    ) c
    GROUP BY deployment_id, rule_id ORDER BY deployment_id, rule_id
    ON CONFLICT (deployment_id, rule_id) DO UPDATE
      SET first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)
      WHERE excluded.first_at < u.first_at OR excluded.last_at > u.last_at;
  RETURN NULL;
END $$;

CREATE TRIGGER "count_written" AFTER INSERT ON "boundary"."crossings"
  REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."count_written"();
CREATE TRIGGER "count_changed" AFTER UPDATE ON "boundary"."crossings"
  REFERENCING OLD TABLE AS "before" NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."count_changed"();

-- As before, and what was counted of those days goes with them.
CREATE OR REPLACE FUNCTION "boundary"."drop_days_before"("day" date) RETURNS integer
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
  IF "dropped" > 0 THEN
    DELETE FROM boundary.crossing_hours WHERE "at" < "day"::timestamp AT TIME ZONE 'UTC';
    DELETE FROM boundary.crossing_days WHERE "at" < "day"::timestamp AT TIME ZONE 'UTC';
  END IF;
  RETURN "dropped";
END $$;
