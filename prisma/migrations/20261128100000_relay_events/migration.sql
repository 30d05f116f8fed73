-- The relay's buffer: events pulled, received, carried in or made here, until everybody has had them and longer.

-- One row for each deployment. Whoever appends or removes holds it until the end of the transaction: events become visible in the
-- order of their numbers, so that a reader who goes on from a number never misses one. And it knows how full the buffer is.
CREATE TABLE "boundary"."relay_buffers" (
  "deployment_id" TEXT PRIMARY KEY,
  "customer_id" TEXT NOT NULL,
  "events" BIGINT NOT NULL DEFAULT 0,
  "bytes" BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE "boundary"."relay_events" (
  "seq" BIGINT GENERATED ALWAYS AS IDENTITY,
  "id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "organization_id" TEXT,
  -- The thing it is about: what happens to one thing is told in order.
  "object" TEXT NOT NULL,
  "event" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL,
  "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "origin" TEXT NOT NULL CHECK ("origin" IN ('pulled', 'webhook', 'carried', 'local')),
  -- As it is handed over, to the byte. Not jsonb, which reorders keys and takes no NUL in a text: one such name would stop everything.
  "body" JSON NOT NULL,
  "bytes" INTEGER NOT NULL,
  PRIMARY KEY ("deployment_id", "seq"),
  UNIQUE ("deployment_id", "environment_id", "id")
);

-- The ids of events that have left the buffer after everybody had them. One that comes again is known.
CREATE TABLE "boundary"."relay_past_ids" (
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "left_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("deployment_id", "environment_id", "id")
);
CREATE INDEX "relay_past_ids_left_at_idx" ON "boundary"."relay_past_ids"("deployment_id", "left_at");

-- Up to where an environment's events are pulled, and who pulls them now. `fence` grows with each lease: what an older one still
-- wants to write is refused.
CREATE TABLE "boundary"."relay_cursors" (
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "source_id" TEXT NOT NULL,
  -- The id of the last event taken; null before there is one, or where the other side has forgotten it.
  "after" TEXT,
  "last_event_at" TIMESTAMPTZ(3),
  "last_pulled_at" TIMESTAMPTZ(3),
  -- Since when everything there was has been pulled; null while there is more.
  "caught_up_at" TIMESTAMPTZ(3),
  "failures" INTEGER NOT NULL DEFAULT 0,
  "problem" TEXT,
  "next_pull_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "fence" BIGINT NOT NULL DEFAULT 0,
  "leased_by" TEXT,
  "leased_until" TIMESTAMPTZ(3),
  PRIMARY KEY ("deployment_id", "environment_id")
);

-- What is missing, and why. Each is an event, too, so that whoever gets events hears of it.
CREATE TABLE "boundary"."relay_gaps" (
  "id" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "source_id" TEXT,
  "from_at" TIMESTAMPTZ(3) NOT NULL,
  "to_at" TIMESTAMPTZ(3) NOT NULL,
  -- Null where nobody can know.
  "count" BIGINT,
  "reason" TEXT NOT NULL,
  "event_id" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("deployment_id", "id")
);
CREATE INDEX "relay_gaps_created_at_idx" ON "boundary"."relay_gaps"("deployment_id", "created_at");

-- How far each errand of the configuration is, so that it is run once.
CREATE TABLE "boundary"."relay_errands" (
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "id" TEXT NOT NULL,
  "progress" JSONB NOT NULL DEFAULT '{}',
  "problem" TEXT,
  "done_at" TIMESTAMPTZ(3),
  PRIMARY KEY ("deployment_id", "id")
);

DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['relay_buffers', 'relay_events', 'relay_past_ids', 'relay_cursors', 'relay_gaps', 'relay_errands'] LOOP
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY gateway ON boundary.%I TO sallyport_gateway
      USING (boundary.serves(deployment_id)) WITH CHECK (boundary.serves(deployment_id))', "name");
    EXECUTE format('CREATE POLICY scope ON boundary.%I TO sallyport_console, sallyport_worker
      USING (console.in_scope(customer_id)) WITH CHECK (console.in_scope(customer_id))', "name");
  END LOOP;
END $$;
