import type { WorkOS } from "@workos-inc/node";
import type { Domain, DomainKeeper, DomainState } from "./domain-port.ts";
import type { Once } from "./port.ts";
import { Refusal } from "./refusal.ts";

// Domains as WorkOS's wire tells of them: through their organizations, and without what was found.

type Ask = <T>(call: () => Promise<T>) => Promise<T>;

const DOMAINS = "/organization_domains";
const PER_CALL = 100;

export function wireDomains(sdk: WorkOS, ask: Ask): DomainKeeper {
  const at = (id: string) => `${DOMAINS}/${encodeURIComponent(id)}`;
  const get = async (id: string) => domainOf((await sdk.get<DomainOnWire>(at(id))).data);
  return {
    list: (after) =>
      ask(async () => {
        const query = { limit: PER_CALL, ...(after ? { after } : {}) };
        const { data } = await sdk.get<OrganizationPage>("/organizations", { query });
        const domains = data.data.flatMap(domainsOf);
        return { items: domains, after: data.list_metadata.after ?? null };
      }),
    listOf: (organizationId) => ask(() => listOf(sdk, organizationId)),
    get: (id) => ask(() => get(id)),
    add: (organizationId, name, once) => ask(() => add(sdk, organizationId, name, once)),
    check: (id) =>
      ask(async () => {
        try {
          const { data } = await sdk.post<DomainOnWire, object>(`${at(id)}/verify`, {});
          return domainOf(data);
        } catch (error) {
          if (isVerifiedAlready(error)) return await get(id);
          throw error;
        }
      }),
    remove: (id) => ask(async () => void (await sdk.delete(at(id)))),
    verifyByHand: null,
  };
}

async function listOf(sdk: WorkOS, organizationId: string): Promise<Domain[]> {
  const path = `/organizations/${encodeURIComponent(organizationId)}`;
  const { data } = await sdk.get<OrganizationOnWire>(path);
  return domainsOf(data);
}

function domainsOf({ name, domains }: OrganizationOnWire): Domain[] {
  return domains.map((domain) => ({ ...domainOf(domain), organizationName: name }));
}

/** Repeated, it first looks whether an earlier try has added it. */
async function add(sdk: WorkOS, organizationId: string, name: string, once: Once): Promise<Domain> {
  if (once.again) {
    const made = (await listOf(sdk, organizationId)).find((domain) => domain.name === name);
    if (made) return made;
  }
  const body = { organization_id: organizationId, domain: name };
  const { data } = await sdk.post<DomainOnWire, typeof body>(DOMAINS, body, { idempotencyKey: once.key });
  return domainOf(data);
}

/** The SDK wraps what its `fetch` throws. */
function isVerifiedAlready(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Refusal ? error.cause : error;
  return cause instanceof Refusal && cause.code === "domain_already_verified";
}

interface DomainOnWire {
  id: string;
  organization_id: string;
  domain: string;
  state: string;
  verification_strategy?: string;
  verification_prefix?: string | null;
  verification_token?: string | null;
  created_at: string;
}

interface OrganizationOnWire {
  name: string;
  domains: DomainOnWire[];
}

interface OrganizationPage {
  data: OrganizationOnWire[];
  list_metadata: { after?: string | null };
}

function domainOf(found: DomainOnWire): Domain {
  const { domain, verification_prefix: prefix, verification_token: token } = found;
  return {
    id: found.id,
    organizationId: found.organization_id,
    organizationName: null,
    name: domain,
    state: stateOf(found.state),
    strategy: found.verification_strategy === "manual" ? "manual" : "dns",
    record: token
      ? { name: prefix ? `${prefix}.${domain}` : domain, value: `verification_token=${token}` }
      : null,
    lastLook: null,
    createdAt: new Date(found.created_at),
  };
}

/** The wire has a name of old for what was verified by hand. */
function stateOf(onWire: string): DomainState {
  if (onWire === "verified" || onWire === "legacy_verified") return "verified";
  return onWire === "failed" ? "failed" : "pending";
}
