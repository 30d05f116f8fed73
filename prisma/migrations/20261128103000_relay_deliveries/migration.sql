-- How far each endpoint is, and who is at work on it. Whatever is written about an endpoint is written under the fence its holder was
-- given: one that lost its lease, and does not know it yet, changes nothing any more.
CREATE TABLE "boundary"."relay_endpoints" (
  "endpoint_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  -- All events up to here are handed over, or stand in relay_deliveries.
  "cursor" BIGINT NOT NULL,
  "fence" BIGINT NOT NULL DEFAULT 0,
  "held_by" TEXT,
  "held_until" TIMESTAMPTZ(3),
  "openings" INTEGER NOT NULL DEFAULT 0,
  "rests_until" TIMESTAMPTZ(3),
  "delivered" BIGINT NOT NULL DEFAULT 0,
  "last_delivered_at" TIMESTAMPTZ(3),
  "last_attempt_at" TIMESTAMPTZ(3),
  "failing_since" TIMESTAMPTZ(3),
  "last_problem" TEXT,
  -- Since when no configuration names it. What it has not had is kept for a while: two gateways may not have heard the same yet.
  "absent_since" TIMESTAMPTZ(3),
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("deployment_id", "endpoint_id")
);

-- What could not be handed over at once, and what stands behind it in its lane: the events of one object in their order.
CREATE TABLE "boundary"."relay_deliveries" (
  "customer_id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "endpoint_id" TEXT NOT NULL,
  "seq" BIGINT NOT NULL,
  "event_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "lane" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK ("state" IN ('waiting', 'dead')),
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "opened_at" TIMESTAMPTZ(3) NOT NULL,
  -- Null behind another of the same lane, and for what is dead.
  "next_at" TIMESTAMPTZ(3),
  "died_at" TIMESTAMPTZ(3),
  "status" INTEGER,
  "problem" TEXT,
  -- Of what is dead: its event may have left the buffer.
  "body" JSON,
  PRIMARY KEY ("deployment_id", "endpoint_id", "seq")
);
CREATE INDEX "relay_deliveries_lane" ON "boundary"."relay_deliveries" ("deployment_id", "endpoint_id", "lane", "seq")
  WHERE "state" = 'waiting';

-- Every attempt, the latest of each endpoint.
CREATE TABLE "boundary"."relay_attempts" (
  "id" BIGINT GENERATED ALWAYS AS IDENTITY,
  "customer_id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "endpoint_id" TEXT NOT NULL,
  "seq" BIGINT NOT NULL,
  "event_id" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "gateway" TEXT NOT NULL,
  "began_at" TIMESTAMPTZ(3) NOT NULL,
  "duration_ms" INTEGER NOT NULL,
  "attempt" INTEGER NOT NULL,
  "status" INTEGER,
  -- Null where the endpoint took it.
  "problem" TEXT,
  -- The beginning of what the endpoint answered, without what looks like a secret.
  "excerpt" TEXT,
  PRIMARY KEY ("deployment_id", "endpoint_id", "id")
);

DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['relay_endpoints', 'relay_deliveries', 'relay_attempts'] LOOP
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY gateway ON boundary.%I TO sallyport_gateway
      USING (boundary.serves(deployment_id)) WITH CHECK (boundary.serves(deployment_id))', "name");
    EXECUTE format('CREATE POLICY scope ON boundary.%I FOR SELECT TO sallyport_console, sallyport_worker
      USING (console.in_scope(customer_id))', "name");
  END LOOP;
END $$;
