-- Of a gap: how many crossings could not be kept, from its beginning to its end.
ALTER TABLE "boundary"."crossings" ADD COLUMN "missing" INTEGER CHECK ("missing" > 0);

-- Made beside the table and then attached: whoever reads or writes other days waits for nothing meanwhile.
CREATE OR REPLACE FUNCTION "boundary"."prepare_day"("day" date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  "name" text := 'crossings_' || to_char("day", 'YYYYMMDD');
BEGIN
  IF to_regclass('boundary_days.' || "name") IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(5011620261);
  IF to_regclass('boundary_days.' || "name") IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE boundary_days.%I (LIKE boundary.crossings INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', "name");
  EXECUTE format('ALTER TABLE boundary.crossings ATTACH PARTITION boundary_days.%I FOR VALUES FROM (%L) TO (%L)',
    "name", "day"::text || ' 00:00:00+00', ("day" + 1)::text || ' 00:00:00+00');
END $$;

-- Drops the partitions that end before `day`, and says how many. One that somebody reads just now is left for the next time: who
-- waits for it would make everybody else wait behind.
CREATE OR REPLACE FUNCTION "boundary"."drop_days_before"("day" date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET lock_timeout = '500ms' AS $$
DECLARE
  "found" record;
  "dropped" integer := 0;
BEGIN
  FOR "found" IN
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'boundary_days' AND c.relname ~ '^crossings_\d{8}$'
      AND to_date(substr(c.relname, 11), 'YYYYMMDD') < "day"
    ORDER BY c.relname
  LOOP
    BEGIN
      EXECUTE format('DROP TABLE IF EXISTS boundary_days.%I', "found".relname);
      "dropped" := "dropped" + 1;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  RETURN "dropped";
END $$;
