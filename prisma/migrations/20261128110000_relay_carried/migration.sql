-- The key by which a gateway signs the files of events that are carried elsewhere. One for each deployment and database.
CREATE TABLE "boundary"."relay_keys" (
  "deployment_id" TEXT PRIMARY KEY,
  "customer_id" TEXT NOT NULL,
  "public_key" TEXT NOT NULL,
  "sealed" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now()
);
REVOKE ALL ON "boundary"."relay_keys" FROM sallyport_console, sallyport_worker;
GRANT SELECT ("deployment_id", "customer_id", "public_key", "created_at") ON "boundary"."relay_keys"
  TO sallyport_console, sallyport_worker;

-- Up to where an environment's events have been carried. Positions are the numbers of the database that the files come from, which
-- `store_id` names: of this one for what was exported, of another for what was imported.
CREATE TABLE "boundary"."relay_carried" (
  "deployment_id" TEXT NOT NULL,
  "customer_id" TEXT NOT NULL,
  "environment_id" TEXT NOT NULL,
  "side" TEXT NOT NULL CHECK ("side" IN ('export', 'import')),
  "store_id" UUID NOT NULL,
  "through" BIGINT NOT NULL,
  -- What the other side is known to have: by its receipt, or by its file.
  "other_through" BIGINT,
  "last_event_at" TIMESTAMPTZ(3),
  "files" INTEGER NOT NULL DEFAULT 0,
  "carried_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("deployment_id", "environment_id", "side", "store_id")
);

DO $$
DECLARE
  "name" text;
BEGIN
  FOREACH "name" IN ARRAY ARRAY['relay_keys', 'relay_carried'] LOOP
    EXECUTE format('ALTER TABLE boundary.%I ENABLE ROW LEVEL SECURITY', "name");
    EXECUTE format('ALTER TABLE boundary.%I FORCE ROW LEVEL SECURITY', "name");
    EXECUTE format('CREATE POLICY gateway ON boundary.%I TO sallyport_gateway
      USING (boundary.serves(deployment_id)) WITH CHECK (boundary.serves(deployment_id))', "name");
    EXECUTE format('CREATE POLICY scope ON boundary.%I FOR SELECT TO sallyport_console, sallyport_worker
      USING (console.in_scope(customer_id))', "name");
  END LOOP;
END $$;
