-- As before, and what was counted of a day goes with it.
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
      "dropped" := "dropped" + 1;
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  RETURN "dropped";
END $$;
