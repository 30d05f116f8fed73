import dns from "node:dns/promises";
import { json, type Run, sql } from "../db.ts";
import type { DomainRow } from "./organization.ts";

/** What the site's name servers said when a domain's record was looked for. */
export interface Look {
  at: Date;
  /** The name servers that were asked: those of this host. */
  resolvers: string[];
  names: LookedUp[];
}

export interface LookedUp {
  name: string;
  outcome: Outcome;
  /** The TXT records there, whosesoever they are. */
  records: string[];
}

type Outcome = "records" | "no_records" | "no_such_name" | "timed_out" | "refused" | "unreachable" | "failed";

/** What a look comes to, for whoever has to put the record right. */
export type Verdict = "found" | "wrong_value" | "doubled_name" | "no_record" | "no_such_domain" | "no_answer";

type Claim = Pick<DomainRow, "domain" | "verification_prefix" | "verification_token">;

const LOOKUP_MS = 2_000;
const RECORDS_MAX = 20;
const RECORD_CHARACTERS_MAX = 300;

/** The record that proves a domain, as it is shown to whoever publishes it. */
export function recordOf({ domain, verification_prefix, verification_token }: Claim) {
  return {
    type: "TXT" as const,
    name: `${verification_prefix}.${domain}`,
    value: `verification_token=${verification_token}`,
  };
}

/** At the domain itself or under the prefix: `verification_token=<token>`, or the bare token. */
export async function lookFor(claim: Claim, now: Date): Promise<Look> {
  const resolvers = dns.getServers();
  const { name } = recordOf(claim);
  const names = await Promise.all([lookUp(name), lookUp(claim.domain)]);
  if (!names.some(({ records }) => records.some((record) => proves(claim, record)))) {
    // Many a registrar's form adds the domain to what is typed: the record is then there, twice the domain deep.
    const doubled = await lookUp(doubledName(claim));
    if (doubled.records.length > 0) names.push(doubled);
  }
  return { at: now, resolvers, names: names.map(bounded) };
}

/** Whether a look proves the domain. */
export function isProof(claim: Claim, { names }: Pick<Look, "names">): boolean {
  return verdictOf(claim, { names }) === "found";
}

export function verdictOf(claim: Claim, { names }: Pick<Look, "names">): Verdict {
  const [under, itself] = [recordOf(claim).name, claim.domain];
  const right = names.filter(({ records }) => records.some((record) => proves(claim, record)));
  if (right.some(({ name }) => name === under || name === itself)) return "found";
  if (right.length > 0) return "doubled_name";
  const at = (wanted: string) => names.find(({ name }) => name === wanted);
  const isMeant = (record: string) => record.includes("verification_token");
  if ((at(under)?.records.length ?? 0) > 0 || at(itself)?.records.some(isMeant)) return "wrong_value";
  if (names.every(({ outcome }) => NO_ANSWER.has(outcome))) return "no_answer";
  return at(itself)?.outcome === "no_such_name" ? "no_such_domain" : "no_record";
}

const SAVE = sql(
  "organization_domain_look_save",
  `INSERT INTO identity.organization_domain_looks (environment_id, domain_id, looked_at, resolvers, names)
   SELECT environment_id, id, $3, $4, $5 FROM identity.organization_domains WHERE environment_id = $1 AND id = $2
   ON CONFLICT (domain_id) DO UPDATE SET looked_at = $3, resolvers = $4, names = $5`,
);

/** Keeps the last look of a domain; of one that is gone meanwhile, none. */
export async function saveLook(run: Run, environmentId: string, domainId: string, look: Look): Promise<void> {
  await run(SAVE, [environmentId, domainId, look.at, look.resolvers, json(look.names)]);
}

function proves({ verification_token }: Claim, record: string): boolean {
  return record === `verification_token=${verification_token}` || record === verification_token;
}

function doubledName(claim: Claim): string {
  return `${recordOf(claim).name}.${claim.domain}`;
}

const NO_ANSWER = new Set<Outcome>(["timed_out", "refused", "unreachable", "failed"]);

const OUTCOMES: Record<string, Outcome> = {
  ENOTFOUND: "no_such_name",
  ENODATA: "no_records",
  ETIMEOUT: "timed_out",
  EREFUSED: "refused",
  ECONNREFUSED: "unreachable",
};

async function lookUp(name: string): Promise<LookedUp> {
  try {
    const records = (await withinMs(LOOKUP_MS, dns.resolveTxt(name))).map((chunks) => chunks.join(""));
    return { name, outcome: records.length > 0 ? "records" : "no_records", records };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { name, outcome: OUTCOMES[code] ?? "failed", records: [] };
  }
}

/** What somebody else publishes is kept, and so must end somewhere. Looked at before: the proof may be the last of many. */
function bounded({ records, ...rest }: LookedUp): LookedUp {
  const kept = records
    .toSorted((one, other) => Number(isToken(other)) - Number(isToken(one)))
    .slice(0, RECORDS_MAX)
    .map((record) => record.slice(0, RECORD_CHARACTERS_MAX));
  return { ...rest, records: kept };
}

const isToken = (record: string) => record.includes("verification_token");

async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = () => reject(Object.assign(new Error("timed out"), { code: "ETIMEOUT" }));
  const timer = setTimeout(late, limitMs);
  return await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
