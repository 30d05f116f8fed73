import type { Batch, Once } from "./port.ts";

/** The domains of an environment's organizations, and how each is proven. */
export interface DomainKeeper {
  list(after: string | null): Promise<Batch<Domain>>;
  listOf(organizationId: string): Promise<Domain[]>;
  get(domainId: string): Promise<Domain>;
  /** It waits for its record from then on. `conflict` where an organization has it already. */
  add(organizationId: string, name: string, once: Once): Promise<Domain>;
  /** Has the record looked for now. What is verified stays so, whatever is found. */
  check(domainId: string): Promise<Domain>;
  remove(domainId: string): Promise<void>;
  /** Takes a domain as verified without its record. Null where that can only be done elsewhere. */
  readonly verifyByHand: ((domainId: string) => Promise<Domain>) | null;
}

export interface Domain {
  id: string;
  organizationId: string;
  /** Null where the environment does not tell it with the domain. */
  organizationName: string | null;
  name: string;
  state: DomainState;
  /** How it is proven, or was: by its record, or by somebody's word. */
  strategy: "dns" | "manual";
  /** The TXT record that proves it; null where the environment does not tell. */
  record: { name: string; value: string } | null;
  /** Null where nobody looked yet, or the environment does not tell. */
  lastLook: DomainLook | null;
  createdAt: Date;
}

export type DomainState = "pending" | "verified" | "failed";

/** What was found when the record was last looked for. */
export interface DomainLook {
  at: Date;
  verdict: DomainVerdict;
  /** The name servers that were asked. */
  resolvers: string[];
  names: { name: string; outcome: DomainOutcome; records: string[] }[];
}

export const DOMAIN_VERDICTS = [
  "found",
  "wrong_value",
  "doubled_name",
  "no_record",
  "no_such_domain",
  "no_answer",
] as const;
export type DomainVerdict = (typeof DOMAIN_VERDICTS)[number];

export const DOMAIN_OUTCOMES = [
  "records",
  "no_records",
  "no_such_name",
  "timed_out",
  "refused",
  "unreachable",
  "failed",
] as const;
export type DomainOutcome = (typeof DOMAIN_OUTCOMES)[number];
