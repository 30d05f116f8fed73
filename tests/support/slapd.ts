import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "#lib/cli/ports.ts";
import { createTestCa, type TestCa } from "./test-ca.ts";

const PROGRAM = "/usr/sbin/slapd";
const SCHEMAS = "/etc/ldap/schema";
const text = "1.3.6.1.4.1.1466.115.121.1.15";
const integer = "1.3.6.1.4.1.1466.115.121.1.27";
export const SUFFIX = "dc=example,dc=com";
export const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: "admin-only-for-the-tests" };

/** OpenLDAP's own server, with a directory, a certificate and a configuration of a test's own. */
export interface Slapd {
  readonly ldaps: string;
  /** Without encryption until StartTLS. */
  readonly ldap: string;
  readonly ca: TestCa;
  /** Adds, changes and deletes what LDIF says, as its administrator. */
  change(ldif: string): void;
  /** Adds entries, each in LDIF, with all that follows from them in the server. */
  add(...entries: string[]): void;
  /** Adds many entries at once, with the server's own tool; needs a server that holds nothing yet of what is added. */
  load(ldif: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Whether this machine has OpenLDAP's server and its command-line tools. */
export function slapdInstalled(): boolean {
  return existsSync(PROGRAM) && existsSync("/usr/bin/ldapmodify") && existsSync(SCHEMAS);
}

/**
 * @param settings lines of slapd.conf for the database: limits, policies.
 * @param access who may read what, behind the rule that hides passwords.
 */
export async function startSlapd(
  ldif: string,
  settings = "",
  access = "access to * by * read",
): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-slapd-"));
  const ca = createTestCa();
  const [plain, secure] = [await freePort(), await freePort()];
  const { certificate, key } = ca.issue(["localhost", "127.0.0.1"]);
  mkdirSync(join(folder, "data"));
  const config = join(folder, "slapd.conf");
  writeFileSync(config, configuration(folder, { ca: ca.file, certificate, key }, settings, access));
  let program: ChildProcess | null = null;
  const ldap = `ldap://127.0.0.1:${plain}`;
  const start = async () => {
    const addresses = `${ldap}/ ldaps://127.0.0.1:${secure}/`;
    program = spawn(PROGRAM, ["-f", config, "-h", addresses, "-d", "0"], { stdio: "ignore" });
    await Promise.all([plain, secure].map((port) => listening(port, program)));
  };
  const stop = async () => {
    const running = program;
    program = null;
    if (!running || running.exitCode !== null) return;
    running.kill("SIGTERM");
    await once(running, "exit");
  };
  const change = (text: string) => {
    const asAdmin = ["-x", "-H", ldap, "-D", ADMIN.dn, "-w", ADMIN.password];
    execFileSync("ldapmodify", asAdmin, { input: text, stdio: ["pipe", "ignore", "pipe"] });
  };
  const load = async (text: string) => {
    await stop();
    execFileSync("/usr/sbin/slapadd", ["-q", "-f", config], {
      input: text,
      stdio: ["pipe", "ignore", "pipe"],
    });
    await start();
  };
  await load(ldif);
  return {
    ldap,
    ldaps: `ldaps://127.0.0.1:${secure}`,
    ca,
    change,
    add: (...entries) =>
      change(entries.map((entry) => entry.replace("\n", "\nchangetype: add\n")).join("\n")),
    load,
    start,
    stop,
    close: async () => {
      await stop();
      ca.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// What of Active Directory's schema is asked for, with its own numbers.
const ACTIVE_DIRECTORY = `attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.782 NAME 'objectCategory' EQUALITY caseIgnoreMatch SYNTAX ${text} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX ${integer} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires' EQUALITY integerMatch SYNTAX ${integer} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.120 NAME 'uSNChanged' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX ${integer} SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY MAY ( sAMAccountName $ userPrincipalName $ objectCategory $ userAccountControl $ accountExpires $ objectGUID $ uSNChanged ) )
objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top AUXILIARY MAY ( sAMAccountName $ objectGUID $ uSNChanged ) )`;

function configuration(
  folder: string,
  tls: { ca: string; certificate: string; key: string },
  settings: string,
  access: string,
): string {
  const schemas = ["core", "cosine", "inetorgperson", "nis"];
  return `${schemas.map((name) => `include ${SCHEMAS}/${name}.schema`).join("\n")}
${ACTIVE_DIRECTORY}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
allow bind_anon_cred bind_anon_dn
pidfile ${join(folder, "pid")}
argsfile ${join(folder, "args")}
TLSCACertificateFile ${tls.ca}
TLSCertificateFile ${tls.certificate}
TLSCertificateKeyFile ${tls.key}
database mdb
suffix "${SUFFIX}"
rootdn "${ADMIN.dn}"
rootpw ${ADMIN.password}
directory ${join(folder, "data")}
maxsize 1073741824
dbnosync
index objectClass,uid,mail,entryUUID,sAMAccountName,userPrincipalName eq
index member,memberUid eq
index modifyTimestamp,uSNChanged eq
access to attrs=userPassword by anonymous auth by * none
${access}
overlay memberof
overlay ppolicy
ppolicy_use_lockout
ppolicy_default "cn=policy,${SUFFIX}"
${settings}
`;
}

async function listening(port: number, program: ChildProcess | null): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (program?.exitCode !== null)
      throw new Error(`slapd ended with ${program?.exitCode} before it listened.`);
    const socket = connect(port, "127.0.0.1");
    const reached = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (reached) return;
    await wait(100);
  }
  throw new Error("slapd does not listen.");
}
