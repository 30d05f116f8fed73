-- A few days at once: whoever keeps ten years from today on one, and a month from tomorrow, has thousands to drop, and a
-- transaction that ended before its last would drop none of them, each time anew. The oldest go first.
CREATE OR REPLACE FUNCTION "boundary"."drop_kept_days"("today" date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  "longest" integer;
  "oldest" date;
BEGIN
  SELECT max("days") INTO "longest" FROM boundary.crossings_kept
  WHERE "said_at" + make_interval(days => "days" + 1) > now();
  IF "longest" IS NULL THEN RETURN 0; END IF;
  SELECT min(to_date(substr(c.relname, 11), 'YYYYMMDD')) INTO "oldest"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'boundary_days' AND c.relname ~ '^crossings_\d{8}$';
  RETURN boundary.drop_days_before(least("today" - "longest" + 1, "oldest" + 5));
END $$;
