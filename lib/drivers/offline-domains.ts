import { z } from "zod";
import { DOMAIN_OUTCOMES, DOMAIN_VERDICTS, type Domain, type DomainKeeper } from "./domain-port.ts";
import { type Manage, Nothing } from "./management.ts";
import type { Batch } from "./port.ts";

// Domains of the offline identity service: its management API, in the words of the port.

const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

const LookAnswer = z
  .object({
    looked_at: time,
    verdict: z.enum(DOMAIN_VERDICTS),
    resolvers: z.array(z.string()),
    names: z.array(
      z.object({ name: z.string(), outcome: z.enum(DOMAIN_OUTCOMES), records: z.array(z.string()) }),
    ),
  })
  .transform(({ looked_at, ...look }) => ({ at: looked_at, ...look }));

const DomainAnswer = z
  .object({
    id: z.string(),
    organization_id: z.string(),
    organization_name: z.string(),
    domain: z.string(),
    state: z.enum(["pending", "verified", "failed"]),
    verification_strategy: z.enum(["dns", "manual"]),
    record: z.object({ name: z.string(), value: z.string() }),
    last_look: LookAnswer.nullable(),
    created_at: time,
  })
  .transform(
    (found): Domain => ({
      id: found.id,
      organizationId: found.organization_id,
      organizationName: found.organization_name,
      name: found.domain,
      state: found.state,
      strategy: found.verification_strategy,
      record: found.record,
      lastLook: found.last_look,
      createdAt: found.created_at,
    }),
  );

const DomainsAnswer = z
  .object({
    data: z.array(DomainAnswer),
    list_metadata: z.object({ after: z.string().nullish() }).optional(),
  })
  .transform(
    ({ data, list_metadata }): Batch<Domain> => ({ items: data, after: list_metadata?.after ?? null }),
  );

export function domainKeeper(manage: Manage, home: string): DomainKeeper {
  const path = `${home}/organization_domains`;
  const at = (id: string) => `${path}/${encodeURIComponent(id)}`;
  const page = (query: Record<string, string>) =>
    manage({
      method: "GET",
      path: `${path}?${new URLSearchParams({ limit: "100", ...query })}`,
      answer: DomainsAnswer,
    });
  return {
    list: (after) => page(after === null ? {} : { after }),
    // An organization has a hundred at most.
    listOf: async (organizationId) => (await page({ organization_id: organizationId })).items,
    get: (id) => manage({ method: "GET", path: at(id), answer: DomainAnswer }),
    add: (organizationId, name, once) => {
      const body = { organization_id: organizationId, domain: name };
      return manage({ method: "POST", path, body, once, answer: DomainAnswer });
    },
    check: (id) => manage({ method: "POST", path: `${at(id)}/check`, answer: DomainAnswer }),
    verifyByHand: (id) => manage({ method: "POST", path: `${at(id)}/verify_by_hand`, answer: DomainAnswer }),
    remove: async (id) => void (await manage({ method: "DELETE", path: at(id), answer: Nothing })),
  };
}
