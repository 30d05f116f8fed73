import { isIP } from "node:net";
import { Client, InvalidCredentialsError } from "ldapts";
import { clean } from "../bounds.ts";
import type { PlanLdapServer } from "../plan.ts";
import { judgeHandshake } from "./certificate.ts";
import { dial } from "./connect.ts";
import { type Check, type Finding, type Site, shut } from "./site.ts";
import { shakeHands } from "./tls.ts";

/** Reaches an LDAP server, looks at its certificate, and binds as the account that reads it. */
export function ldapCheck(site: Site, server: PlanLdapServer): Check {
  return {
    id: `ldap:${server.id}:${server.url}`,
    group: "ldap",
    title: `${server.name}: ${server.url}`,
    steps: 6,
    run: () => examine(site, server),
  };
}

const EXPECTED = "answers, encrypted, and lets its reader bind";

async function examine(site: Site, server: PlanLdapServer): Promise<Finding> {
  const fail = (
    code: string,
    found: string,
    mend: string,
    ask: Finding["ask"] = "directory_owner",
  ): Finding => ({
    ...{ outcome: "failed", code, expected: EXPECTED, found: clean(found, 400), mend },
    ...(ask ? { ask } : {}),
  });
  if (!URL.canParse(server.url) || !/^ldaps?:$/.test(new URL(server.url).protocol))
    return fail("ldap_no_url", server.url, "Write the server as ldaps://name:port.");
  const url = new URL(server.url);
  const secure = url.protocol === "ldaps:";
  const [host, port] = [url.hostname.replace(/^\[|\]$/g, ""), Number(url.port || (secure ? 636 : 389))];
  const { addresses } = await site.resolve(host);
  const [address] = addresses;
  if (!address)
    return fail(
      "ldap_no_address",
      "its name does not resolve",
      `Have the name ${host} resolve on this machine.`,
      "dns_team",
    );
  const wanted = {
    protocol: "tcp",
    port,
    host,
    addresses,
    purpose: `Read the directory ${server.name} (LDAP)`,
  } as const;
  const attempt = await dial(address, port, site.timeoutMs);
  if (!attempt.ok)
    return shut(site, wanted, { code: "ldap_unreached", expected: EXPECTED, found: attempt.words });
  const ca = [...site.extraCertificates, ...(server.caCertificates ? [server.caCertificates] : [])];
  if (secure) {
    const shake = await shakeHands(attempt.socket, host, { timeoutMs: site.timeoutMs, ca });
    if (!shake.ok)
      return fail(
        "ldap_no_tls",
        shake.words,
        "What answers there speaks no TLS: use its port for LDAP over TLS, usually 636.",
      );
    shake.handshake.socket.destroy();
    const judged = judgeHandshake(shake.handshake, {
      host,
      expectPublic: false,
      owner: "directory_owner",
      now: site.now(),
    });
    if (judged && judged.outcome === "failed") return { ...judged, expected: EXPECTED };
  } else attempt.socket.destroy();
  return await speak(site, server, { host, secure, ca });
}

/** Speaks LDAP: encrypted before anything is said, since a password in the clear would be everybody's. */
async function speak(
  site: Site,
  server: PlanLdapServer,
  { host, secure, ca }: { host: string; secure: boolean; ca: string[] },
): Promise<Finding> {
  const { timeoutMs, secrets } = site;
  // A server known by its address has no name to ask for.
  const tlsOptions = { ...(isIP(host) ? {} : { servername: host }), ...(ca.length > 0 ? { ca } : {}) };
  const client = new Client({
    url: server.url,
    ...{ timeout: timeoutMs, connectTimeout: timeoutMs },
    ...(secure ? { tlsOptions } : {}),
  });
  try {
    if (!secure) await client.startTLS(tlsOptions);
    if (!server.bindDn || secrets.ldapPassword === null) {
      await client.search("", { scope: "base", filter: "(objectClass=*)", attributes: ["namingContexts"] });
      return {
        ...{
          outcome: "warning",
          code: "ldap_not_bound",
          expected: EXPECTED,
          found: "answers, encrypted; bind not tried",
        },
        mend: "To have the bind tried as well, run the doctor with SALLYPORT_DOCTOR_LDAP_PASSWORD set to the reader's password. It is kept nowhere.",
        ask: "machine_admin",
      };
    }
    await client.bind(server.bindDn, secrets.ldapPassword);
    const { searchEntries } = await client.search(server.baseDn, {
      scope: "base",
      attributes: ["objectClass"],
    });
    if (searchEntries.length > 0)
      return {
        outcome: "passed",
        code: "ldap_binds",
        expected: EXPECTED,
        found: "answers, encrypted, and its reader binds and reads",
      };
    return noBase(server, "bound, but found nothing");
  } catch (error) {
    return ldapProblem(server, secure, error);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

function noBase(server: PlanLdapServer, found: string): Finding {
  return {
    ...{ outcome: "failed", code: "ldap_no_base", expected: EXPECTED, found },
    mend: `There is nothing at ${clean(server.baseDn, 200)}, or its reader may not see it.`,
    ask: "directory_owner",
  };
}

/** What Active Directory hides in the text of its refusal. */
const AD_REASONS: Record<string, string> = {
  "525": "no such account",
  "52e": "wrong password",
  "530": "not allowed at this hour",
  "531": "not allowed from this machine",
  "532": "its password has expired",
  "533": "the account is disabled",
  "701": "the account has expired",
  "773": "its password has to be changed first",
  "775": "the account is locked",
};

function ldapProblem(server: PlanLdapServer, secure: boolean, error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const about = { outcome: "failed", expected: EXPECTED } as const;
  if (error instanceof InvalidCredentialsError) {
    const reason =
      AD_REASONS[/\bdata ([0-9a-f]{3})\b/i.exec(message)?.[1]?.toLowerCase() ?? ""] ??
      "wrong name or password";
    return {
      ...about,
      code: "ldap_refuses_bind",
      found: `refuses ${clean(server.bindDn, 200)}: ${reason}`,
      mend: "Have the account that reads the directory put right, or give the connection its present password.",
      ask: "directory_owner",
    };
  }
  if ((error as { code?: unknown }).code === 32) return noBase(server, "no such object");
  if (!secure && /starttls|unsupported|protocol|not supported|certificate|self.signed|altname/i.test(message))
    return {
      ...about,
      code: "ldap_no_start_tls",
      found: `no StartTLS: ${clean(message, 200)}`,
      mend: "Without encryption nothing is read: have StartTLS set up at the server, or use ldaps.",
      ask: "directory_owner",
    };
  return {
    ...about,
    code: "ldap_error",
    found: clean(message, 300),
    mend: "The server answers, but not as a directory does.",
    ask: "directory_owner",
  };
}
