-- What every later migration stands on. Runs as sallyport_owner, the role that owns everything and cannot log in.

CREATE SCHEMA IF NOT EXISTS "console";
CREATE SCHEMA IF NOT EXISTS "identity";
-- Holds what pg-boss keeps; its tables are made by prisma/jobs.ts.
CREATE SCHEMA IF NOT EXISTS "pgboss";

GRANT USAGE ON SCHEMA "console" TO sallyport_console, sallyport_worker;
GRANT USAGE ON SCHEMA "identity" TO sallyport_identity;
GRANT USAGE ON SCHEMA "pgboss" TO sallyport_worker;

-- Programs may read and write rows. They may not truncate (it passes by row-level security), and own nothing.
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "console"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sallyport_console, sallyport_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "console"
  GRANT USAGE, SELECT ON SEQUENCES TO sallyport_console, sallyport_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "identity"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sallyport_identity;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "identity"
  GRANT USAGE, SELECT ON SEQUENCES TO sallyport_identity;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "pgboss"
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sallyport_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE sallyport_owner IN SCHEMA "pgboss"
  GRANT USAGE, SELECT ON SEQUENCES TO sallyport_worker;

-- Whether a row of this customer is visible in this transaction. The setting `sallyport.customers` is `*` or
-- customer ids joined by commas; where it is not set, nothing is visible.
CREATE FUNCTION "console".in_scope(customer_id text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(
    current_setting('sallyport.customers', true) = '*'
      OR customer_id = ANY (string_to_array(current_setting('sallyport.customers', true), ',')),
    false);

-- The same for the environments of the identity service: `sallyport.environment` is one environment's id or `*`.
CREATE FUNCTION "identity".in_environment(environment_id text) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(
    current_setting('sallyport.environment', true) IN ('*', environment_id),
    false);
