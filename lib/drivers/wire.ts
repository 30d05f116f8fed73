import { DomainDataState, WorkOS } from "@workos-inc/node";
import { AppError } from "#lib/shared/errors.ts";
import type {
  Connection,
  IdentityDriver,
  Once,
  Organization,
  OrganizationDraft,
  RedirectUri,
} from "./port.ts";
import { strangeAnswer } from "./refusal.ts";

/** The part of the port that is on the wire itself, and so is the same for everyone who speaks it. */
export type WireDriver = Omit<IdentityDriver, "check" | "connections" | "keys" | "defaultRedirectUri">;

export interface WireClient {
  upstream: string;
  baseUrl: string;
  key: string;
  fetch: typeof fetch;
}

const PER_CALL = 100;
const OPERATION = "sallyport_operation";

export function wireDriver(to: WireClient): WireDriver {
  const sdk = sdkFor(to);
  const ask = asker(to.upstream);
  return {
    listOrganizations: (search) => ask(() => findOrganizations(sdk, search)),
    createOrganization: (draft, once) => ask(() => createOrganization(sdk, draft, once)),
    listConnections: (after) =>
      ask(async () => {
        const page = await sdk.sso.listConnections({ limit: PER_CALL, ...(after ? { after } : {}) });
        return { items: page.data.map(connectionOf), after: page.listMetadata.after ?? null };
      }),
    getConnection: (id) => ask(async () => connectionOf(await sdk.sso.getConnection(id))),
    removeConnection: (id) => ask(() => sdk.sso.deleteConnection(id)),
    listRedirectUris: () => ask(() => listRedirectUris(sdk)),
    addRedirectUri: (uri, once) =>
      ask(async () => {
        const options = { idempotencyKey: once.key };
        const { data } = await sdk.post<RedirectUriOnWire, { uri: string }>(REDIRECT_URIS, { uri }, options);
        return redirectUriOf(data);
      }),
    removeRedirectUri: (id) =>
      ask(async () => void (await sdk.delete(`${REDIRECT_URIS}/${encodeURIComponent(id)}`))),
    createSetupLink: (organization) =>
      ask(async () => {
        const { link } = await sdk.adminPortal.generateLink({ organization, intent: "sso" });
        return new URL(link);
      }),
  };
}

const REDIRECT_URIS = "/user_management/redirect_uris";

function sdkFor({ baseUrl, key, fetch }: WireClient): WorkOS {
  const { protocol, hostname, port } = new URL(baseUrl);
  return new WorkOS(key, {
    apiHostname: hostname,
    https: protocol === "https:",
    ...(port ? { port: Number(port) } : {}),
    fetchFn: fetch,
    maxRetries: 0, // `fetch` itself is patient, and knows when to stop
    timeout: 60_000,
  });
}

/** The SDK wraps what its `fetch` throws; this takes the sentence out again, and names every other surprise. */
function asker(upstream: string): <T>(call: () => Promise<T>) => Promise<T> {
  return async (call) => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof Error && error.cause instanceof AppError) throw error.cause;
      throw strangeAnswer(upstream, error);
    }
  };
}

async function findOrganizations(sdk: WorkOS, search: string): Promise<Organization[]> {
  const query = { limit: PER_CALL, ...(search ? { search } : {}) };
  const { data } = await sdk.get<{ data: OrganizationOnWire[] }>("/organizations", { query });
  const wanted = search.toLowerCase();
  return data.data.map(organizationOf).filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** Repeated, it first looks for what an earlier try may have made: not every upstream honours an Idempotency-Key here. */
async function createOrganization(sdk: WorkOS, draft: OrganizationDraft, once: Once): Promise<Organization> {
  if (once.again) {
    const query = { limit: PER_CALL, search: draft.name };
    const { data } = await sdk.get<{ data: OrganizationOnWire[] }>("/organizations", { query });
    const made = data.data.find(({ metadata }) => metadata?.[OPERATION] === once.key);
    if (made) return organizationOf(made);
  }
  const made = await sdk.organizations.createOrganization(
    {
      name: draft.name,
      domainData: draft.domains.map((domain) => ({ domain, state: DomainDataState.Verified })),
      metadata: { [OPERATION]: once.key },
    },
    { idempotencyKey: once.key },
  );
  return organizationOf(made);
}

async function listRedirectUris(sdk: WorkOS): Promise<RedirectUri[]> {
  const found: RedirectUri[] = [];
  let after: string | null = null;
  do {
    const query: Record<string, unknown> = { limit: PER_CALL, ...(after ? { after } : {}) };
    const { data } = await sdk.get<RedirectUriPage>(REDIRECT_URIS, { query });
    found.push(...data.data.map(redirectUriOf));
    after = data.list_metadata.after ?? null;
  } while (after !== null && found.length < 1_000);
  return found;
}

interface OrganizationOnWire {
  id: string;
  name: string;
  domains: { domain: string }[];
  metadata?: Record<string, string>;
}

interface RedirectUriOnWire {
  id: string;
  uri: string;
  default?: boolean;
}

interface RedirectUriPage {
  data: RedirectUriOnWire[];
  list_metadata: { after?: string | null };
}

function organizationOf({ id, name, domains }: OrganizationOnWire): Organization {
  return { id, name, domains: domains.map(({ domain }) => domain) };
}

function redirectUriOf({ id, uri, default: isDefault }: RedirectUriOnWire): RedirectUri {
  return { id, uri, isDefault: isDefault ?? false };
}

type ConnectionOnSdk = Awaited<ReturnType<WorkOS["sso"]["getConnection"]>>;

function connectionOf(connection: ConnectionOnSdk): Connection {
  return {
    id: connection.id,
    organizationId: connection.organizationId ?? null,
    type: connection.type,
    name: connection.name,
    state: connection.state,
    domains: connection.domains.map(({ domain }) => domain),
    createdAt: new Date(connection.createdAt),
    updatedAt: new Date(connection.updatedAt),
    health: null,
  };
}
