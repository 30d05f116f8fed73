import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import pg from "pg";

/** The password of each program's login role. */
export interface RolePasswords {
  console: string;
  worker: string;
  identity: string;
  gateway: string;
}

/** Owns every schema and table. Nobody logs in as it: migrations take the role on. */
export const OWNER = "sallyport_owner";

/**
 * Makes the roles that the programs connect as, and gives them this database. None of them may bypass row-level
 * security or own anything, so a hole in one program's code does not open another customer's rows.
 */
export async function prepareRoles(admin: pg.Client, passwords: RolePasswords): Promise<void> {
  await admin.query(createRole(OWNER, "NOLOGIN"));
  // A superuser may take on any role; an ordinary administrator, as managed databases give, needs to be a member, and
  // from PostgreSQL 16 on membership alone does not suffice.
  await admin.query(`DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      EXECUTE format('GRANT ${OWNER} TO %I', current_user)
        || CASE WHEN current_setting('server_version_num')::int >= 160000 THEN ' WITH SET TRUE, INHERIT TRUE' ELSE '' END;
    END IF;
  END $$`);
  for (const [program, password] of Object.entries(passwords)) {
    const role = `sallyport_${program}`;
    await admin.query(createRole(role, "LOGIN"));
    await admin.query(`ALTER ROLE ${role} PASSWORD '${scramVerifier(password)}'`);
  }
  await openDatabase(admin, Object.keys(passwords));
}

/** The address a program connects to: the administrator's, with the program's own role. */
export function roleUrl(adminUrl: string, program: keyof RolePasswords, password: string): string {
  const url = new URL(adminUrl);
  url.username = `sallyport_${program}`;
  url.password = password;
  return url.href;
}

function createRole(role: string, login: "LOGIN" | "NOLOGIN"): string {
  const attributes = `${login} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`;
  // Two programs that start at once may both find the role missing: roles belong to the whole cluster.
  return `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} ${attributes}; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`;
}

async function openDatabase(admin: pg.Client, programs: string[]): Promise<void> {
  const { rows } = await admin.query<{ name: string }>("SELECT current_database() AS name");
  const database = pg.escapeIdentifier(rows[0]?.name ?? "");
  const roles = programs.map((program) => `sallyport_${program}`).join(", ");
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT, CREATE ON DATABASE ${database} TO ${OWNER}`);
  await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${roles}`);
  // The list of applied migrations lives apart from the schemas the programs can read.
  await admin.query(`CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION ${OWNER}`);
}

/** RFC 5802/7677, as PostgreSQL stores it: the password itself reaches neither the wire nor a statement log. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
