-- What a vendor with thousands of deployments asks of all of them together is answered from counts that know no deployment. A crossing
-- costs less to write: one trigger counts it, for everything that is counted, and it is in fewer indexes.

-- A customer's crossings are found by its deployments, of which there are a few.
DROP INDEX "boundary"."crossings_customer_idx";
DROP INDEX "boundary"."crossing_hours_customer_idx";
DROP INDEX "boundary"."crossing_days_customer_idx";
CREATE INDEX "rule_uses_customer_idx" ON "boundary"."rule_uses" ("customer_id") WHERE "rule_id" = '';
-- Without the id, of which the moment needs no help to be found: a third of the size.
DROP INDEX "boundary"."crossings_began_at_idx";
CREATE INDEX "crossings_began_at_idx" ON "boundary"."crossings" ("began_at");
DROP INDEX "boundary"."crossings_stopped_idx";
CREATE INDEX "crossings_stopped_idx" ON "boundary"."crossings" ("began_at") WHERE "outcome" IN ('refused', 'failed');
-- Which deployments know a peer, and when.
CREATE INDEX "crossing_hours_peer_idx" ON "boundary"."crossing_hours" ("peer", "at");
CREATE INDEX "crossing_days_peer_idx" ON "boundary"."crossing_days" ("peer", "at");

DROP TRIGGER "count_written" ON "boundary"."crossings";
DROP TRIGGER "count_changed" ON "boundary"."crossings";
DROP TRIGGER "total_written" ON "boundary"."crossings";
DROP TRIGGER "total_changed" ON "boundary"."crossings";
DROP FUNCTION "boundary"."count_written"();
DROP FUNCTION "boundary"."count_changed"();
DROP FUNCTION "boundary"."total_written"();
DROP FUNCTION "boundary"."total_changed"();
DROP TABLE "boundary"."crossing_totals";

-- Of all deployments, by hour and by day, all but the peer and what belongs to one deployment only. Several rows stand for the same,
-- each for a share of the deployments, so that those who write at once do not wait for each other; `key` stands for share and values.
CREATE TABLE "boundary"."crossing_totals" (
  "tier" TEXT NOT NULL CHECK ("tier" IN ('hours', 'days')),
  "at" TIMESTAMPTZ(3) NOT NULL,
  "key" UUID NOT NULL,
  "direction" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "client" TEXT NOT NULL,
  "count" BIGINT NOT NULL,
  PRIMARY KEY ("tier", "at", "key")
) WITH (fillfactor = 70);

-- The same by day for each peer.
CREATE TABLE "boundary"."crossing_peers" (
  "at" TIMESTAMPTZ(3) NOT NULL,
  "key" UUID NOT NULL,
  "peer" TEXT NOT NULL,
  "direction" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "outcome" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "client" TEXT NOT NULL,
  "count" BIGINT NOT NULL,
  PRIMARY KEY ("at", "key")
) WITH (fillfactor = 90);
CREATE INDEX "crossing_peers_peer_idx" ON "boundary"."crossing_peers" ("peer", "at");

-- Every peer once, and the last day it is counted on: a part of a name is looked for here. What could be an address, and those are
-- many, is passed over where a word is looked for that can be in none.
CREATE TABLE "boundary"."peer_names" (
  "name" TEXT COLLATE "C" PRIMARY KEY,
  "last_at" TIMESTAMPTZ(3) NOT NULL,
  "like_an_address" BOOLEAN NOT NULL GENERATED ALWAYS AS ("name" ~ '^[0-9a-fA-F.:]+$') STORED
);

CREATE INDEX "peer_names_no_address_idx" ON "boundary"."peer_names" ("name") WHERE NOT "like_an_address";

-- Only who sees every customer sees what all of them have together; a gateway, which sees one, adds to it and cannot read it.
DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['crossing_totals', 'crossing_peers', 'peer_names'] LOOP
    EXECUTE format('REVOKE ALL ON boundary.%I FROM sallyport_gateway', "name");
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY everybody ON boundary.%I FOR SELECT TO sallyport_console, sallyport_worker
      USING ((SELECT current_setting(''sallyport.customers'', true)) = ''*'')', "name");
    EXECUTE format('CREATE POLICY counted ON boundary.%I TO sallyport_owner USING (true) WITH CHECK (true)', "name");
  END LOOP;
END $$;

-- Counts what a statement wrote, in its transaction; what it changed is taken off again. It reads what it was written, which has passed
-- row-level security, and adds to what the writer may not read. Whoever counts for a share waits for who does: a statement that writes new
-- rows and changes others counts twice, and two such would wait for each other's rows.
DO $migration$
DECLARE
  "source" record;
  "body" constant text := $body$
BEGIN
  PERFORM pg_advisory_xact_lock(5011620, share)
  FROM (SELECT DISTINCT hashtext(deployment_id) & 7 AS share FROM (%s) w ORDER BY 1) s;
  IF NOT FOUND THEN RETURN NULL; END IF;
  WITH every AS (
    SELECT deployment_id, date_bin('1 hour', began_at, '2000-01-01 00:00:00+00') AS at, customer_id, environment_id, direction, kind,
      outcome, reason, rule_id, peer_name, CASE WHEN peer_name IS NULL THEN peer_address END AS peer_address, client_name,
      CASE WHEN client_name IS NULL THEN client_id END AS client_id,
      CASE WHEN client_name IS NULL AND client_id IS NULL THEN client_address END AS client_address,
      sum(weight) AS count, sum(weight * bytes_in) AS bytes_in, sum(weight * bytes_out) AS bytes_out,
      min(began_at) FILTER (WHERE weight > 0) AS first_at, max(began_at) FILTER (WHERE weight > 0) AS last_at
    FROM (%s) w GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
  ), named AS MATERIALIZED (
    SELECT deployment_id, at, date_trunc('day', at, 'UTC') AS day, customer_id, coalesce(environment_id, '') AS environment_id, direction,
      kind, outcome, coalesce(reason, '') AS reason, coalesce(rule_id, '') AS rule_id, coalesce(peer_name, host(peer_address), '') AS peer,
      coalesce(client_name, client_id, host(client_address), '') AS client, count, bytes_in, bytes_out, first_at, last_at
    FROM every
  ), hour AS MATERIALIZED (
    SELECT deployment_id, at, day, md5(concat_ws(chr(31), environment_id, direction, kind, outcome, reason, rule_id, peer, client))::uuid AS key,
      min(customer_id) AS customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer, client,
      sum(count)::bigint AS count, sum(bytes_in)::bigint AS bytes_in, sum(bytes_out)::bigint AS bytes_out
    FROM named GROUP BY deployment_id, at, day, environment_id, direction, kind, outcome, reason, rule_id, peer, client
    HAVING sum(count) <> 0 OR sum(bytes_in) <> 0 OR sum(bytes_out) <> 0
  ), hours AS (
    INSERT INTO boundary.crossing_hours AS t
    SELECT deployment_id, at, key, customer_id, environment_id, direction, kind, outcome, reason, rule_id, peer, client, count,
      bytes_in, bytes_out
    FROM hour ORDER BY deployment_id, at, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out
  ), days AS (
    INSERT INTO boundary.crossing_days AS t
    SELECT deployment_id, day, key, min(customer_id), min(environment_id), min(direction), min(kind), min(outcome), min(reason),
      min(rule_id), min(peer), min(client), sum(count), sum(bytes_in), sum(bytes_out)
    FROM hour GROUP BY deployment_id, day, key ORDER BY deployment_id, day, key
    ON CONFLICT (deployment_id, at, key) DO UPDATE SET
      count = t.count + excluded.count, bytes_in = t.bytes_in + excluded.bytes_in, bytes_out = t.bytes_out + excluded.bytes_out
  ), rules AS (
    INSERT INTO boundary.rule_uses AS u
    SELECT deployment_id, rule_id, min(customer_id), min(first_at), max(last_at)
    FROM (
      SELECT deployment_id, customer_id, '' AS rule_id, first_at, last_at FROM named
      UNION ALL
      SELECT deployment_id, customer_id, rule_id, first_at, last_at FROM named WHERE rule_id <> '' AND outcome <> 'refused'
    ) c
    WHERE first_at IS NOT NULL GROUP BY deployment_id, rule_id ORDER BY deployment_id, rule_id
    ON CONFLICT (deployment_id, rule_id) DO UPDATE
      SET first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at)
      WHERE excluded.first_at < u.first_at OR excluded.last_at > u.last_at
  ), together AS MATERIALIZED (
    SELECT hashtext(deployment_id) & 7 AS share, at, day, peer, direction, kind, outcome, reason, client, sum(count) AS count
    FROM hour GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(count) <> 0
  ), totals AS (
    INSERT INTO boundary.crossing_totals AS t
    SELECT tier, CASE tier WHEN 'hours' THEN at ELSE day END AS at,
      md5(concat_ws(chr(31), share, direction, kind, outcome, reason, client))::uuid AS key,
      direction, kind, outcome, reason, client, sum(count)
    FROM together, unnest(ARRAY['days', 'hours']) AS tier
    GROUP BY tier, CASE tier WHEN 'hours' THEN at ELSE day END, share, direction, kind, outcome, reason, client ORDER BY 1, 2, 3
    ON CONFLICT (tier, at, key) DO UPDATE SET count = t.count + excluded.count
  ), peers AS (
    INSERT INTO boundary.crossing_peers AS t
    SELECT day, md5(concat_ws(chr(31), share, peer, direction, kind, outcome, reason, client))::uuid AS key,
      peer, direction, kind, outcome, reason, client, sum(count)
    FROM together WHERE peer <> '' GROUP BY day, share, peer, direction, kind, outcome, reason, client ORDER BY 1, 2
    ON CONFLICT (at, key) DO UPDATE SET count = t.count + excluded.count
  )
  INSERT INTO boundary.peer_names AS n (name, last_at)
  SELECT peer, day FROM (SELECT peer COLLATE "C" AS peer, max(day) AS day FROM together WHERE peer <> '' GROUP BY 1) p
  WHERE NOT EXISTS (SELECT FROM boundary.peer_names k WHERE k.name = p.peer AND k.last_at >= p.day) ORDER BY peer
  ON CONFLICT (name) DO UPDATE SET last_at = excluded.last_at WHERE n.last_at < excluded.last_at;
  RETURN NULL;
END $body$;
BEGIN
  FOR "source" IN SELECT * FROM (VALUES
    ('count_written', 'SELECT *, 1 AS weight FROM written'),
    ('count_changed', 'SELECT *, 1 AS weight FROM written UNION ALL SELECT *, -1 FROM before')
  ) s (name, rows) LOOP
    EXECUTE format('CREATE FUNCTION boundary.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS %L',
      "source".name, format("body", "source".rows, "source".rows));
  END LOOP;
END $migration$;
CREATE TRIGGER "count_written" AFTER INSERT ON "boundary"."crossings"
  REFERENCING NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."count_written"();
CREATE TRIGGER "count_changed" AFTER UPDATE ON "boundary"."crossings"
  REFERENCING OLD TABLE AS "before" NEW TABLE AS "written" FOR EACH STATEMENT EXECUTE FUNCTION "boundary"."count_changed"();
REVOKE ALL ON FUNCTION "boundary"."count_written"(), "boundary"."count_changed"() FROM PUBLIC;

-- What was there before.
INSERT INTO "boundary"."crossing_totals"
  SELECT tier, date_trunc(rtrim(tier, 's'), "at", 'UTC'),
    md5(concat_ws(chr(31), hashtext("deployment_id") & 7, "direction", "kind", "outcome", "reason", "client"))::uuid,
    min("direction"), min("kind"), min("outcome"), min("reason"), min("client"), sum("count")
  FROM "boundary"."crossing_hours", unnest(ARRAY['days', 'hours']) AS tier GROUP BY 1, 2, 3;
INSERT INTO "boundary"."crossing_peers"
  SELECT "at", md5(concat_ws(chr(31), hashtext("deployment_id") & 7, "peer", "direction", "kind", "outcome", "reason", "client"))::uuid,
    min("peer"), min("direction"), min("kind"), min("outcome"), min("reason"), min("client"), sum("count")
  FROM "boundary"."crossing_days" WHERE "peer" <> '' GROUP BY 1, 2;
INSERT INTO "boundary"."peer_names" ("name", "last_at") SELECT "peer" COLLATE "C", max("at") FROM "boundary"."crossing_peers" GROUP BY 1;

-- As before, and what was counted of a day goes with it: of all deployments too, and the names that only it knew.
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
      DELETE FROM boundary.crossing_peers WHERE "at" = "begins";
      "dropped" := "dropped" + 1;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  IF "dropped" > 0 THEN
    -- A name is said to be newer by whoever writes it again, and is then not taken away.
    DELETE FROM boundary.peer_names WHERE "last_at" < coalesce((SELECT min("at") FROM boundary.crossing_days), 'infinity');
  END IF;
  RETURN "dropped";
END $$;
