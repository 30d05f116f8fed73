import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { DetailedPeerCertificate } from "node:tls";
import { dial, knock, lookAtCertificate, placeOf } from "./dial.ts";
import { LdapFailure } from "./failure.ts";
import { type Facts, type ProbeStep, passed, problem, skipped } from "./probe-step.ts";
import type { LdapTransport } from "./settings.ts";

export interface ProbedServer {
  server: string;
  state: "passed" | "failed";
  steps: ProbeStep[];
}

/** How far it is to one server: its name, a connection, and encryption with a certificate that is trusted. */
export async function probeServer(server: string, settings: LdapTransport): Promise<ProbedServer> {
  const policy = {
    ca: settings.ca_certificates,
    allowUnencrypted: settings.allow_unencrypted,
    connectTimeoutMs: settings.connect_timeout_ms,
  };
  const steps = [await tryName(server, settings.connect_timeout_ms)];
  const failed = () => steps.some(({ result }) => result === "failed");
  steps.push(
    failed()
      ? skipped("connection", "not_reached")
      : await attempt("connection", () => knock(server, policy)),
  );
  if (failed()) steps.push(skipped("encryption", "not_reached"));
  else steps.push(await tryEncryption(server, policy));
  return { server, state: failed() ? "failed" : "passed", steps };
}

async function tryName(server: string, timeoutMs: number): Promise<ProbeStep> {
  const { host } = placeOf(server);
  if (isIP(host) !== 0) return passed("name", "address", { host });
  try {
    const found = await Promise.race([lookup(host, { all: true }), timeout(timeoutMs)]);
    return passed("name", "resolved", { host, addresses: found.map(({ address }) => address) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTFOUND")
      return problem("name", "unknown", `${host} is not known to the name servers here.`, { host });
    return problem("name", "no_answer", `The name servers here gave no answer for ${host}.`, { host });
  }
}

async function tryEncryption(server: string, policy: Parameters<typeof dial>[1]): Promise<ProbeStep> {
  const { secure } = placeOf(server);
  const mode = secure ? "ldaps" : "starttls";
  const step = await attempt("encryption", async () => (await dial(server, policy)).destroy());
  if (!secure && policy.allowUnencrypted)
    return step.result === "passed" ? { ...step, code: "none", facts: { mode: "none" } } : step;
  const shown =
    step.code === "not_tls" || step.code === "starttls_refused" ? null : await certificate(server, policy);
  return { ...step, code: step.result === "passed" ? "trusted" : step.code, facts: { mode, ...shown } };
}

async function attempt(id: "connection" | "encryption", work: () => Promise<unknown>): Promise<ProbeStep> {
  try {
    await work();
    return passed(id, "ok");
  } catch (error) {
    if (!(error instanceof LdapFailure)) throw error;
    return problem(id, CODES[error.causeCode] ?? byTrouble(error), error.message);
  }
}

const UNKNOWN_AUTHORITY = "unknown_authority";
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timeout",
  EHOSTUNREACH: "no_way",
  ENETUNREACH: "no_way",
  ECONNRESET: "ended",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not_yet_valid",
  ERR_TLS_CERT_ALTNAME_INVALID: "other_name",
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_SSL_WRONG_VERSION_NUMBER: "not_tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "not_tls",
  EPROTO: "not_tls",
};

function byTrouble({ trouble, code }: LdapFailure): string {
  if (trouble === "untrusted") return code === null ? "tls_failed" : "starttls_refused";
  return "unreachable";
}

/** What there is to say of the certificate that the server shows; null where it shows none. */
async function certificate(server: string, policy: Parameters<typeof dial>[1]): Promise<Facts | null> {
  try {
    const shown = await lookAtCertificate(server, policy);
    if (!shown.subject) return null;
    return {
      subject: named(shown.subject),
      issuer: named(shown.issuer),
      names: (shown.subjectaltname ?? "")
        .split(", ")
        .map((name) => name.replace(/^(DNS|IP Address):/, ""))
        .slice(0, 10),
      not_before: new Date(shown.valid_from).toISOString(),
      not_after: new Date(shown.valid_to).toISOString(),
      fingerprint_sha256: shown.fingerprint256,
      authority: named(topOf(shown).issuer),
    };
  } catch (error) {
    if (error instanceof LdapFailure) return null;
    throw error;
  }
}

/** The last that the server sent: whoever issued it is who has to be trusted. */
function topOf(shown: DetailedPeerCertificate): DetailedPeerCertificate {
  let top = shown;
  // One that issued itself names itself as its issuer.
  for (let depth = 0; depth < 10 && top.issuerCertificate && top.issuerCertificate !== top; depth += 1)
    top = top.issuerCertificate;
  return top;
}

function named(name: DetailedPeerCertificate["subject"]): string {
  const each = Object.entries(name).flatMap(([key, value]) => [value].flat().map((one) => `${key}=${one}`));
  return each.reverse().join(", ");
}

async function timeout(ms: number): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  setTimeout(() => reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })), ms).unref();
  return await promise;
}
