import { DomainDataState, WorkOS } from "@workos-inc/node";
import { AppError } from "#lib/shared/errors.ts";
import { type Download, exportAuditLog } from "./audit-export.ts";
import type { Directory } from "./directory-port.ts";
import type {
  Batch,
  Connection,
  IdentityDriver,
  Once,
  Organization,
  OrganizationDraft,
  OrganizationRole,
  RedirectUri,
} from "./port.ts";
import { strangeAnswer } from "./refusal.ts";
import type { Patience } from "./transport.ts";
import { wireDomains } from "./wire-domains.ts";

/** The part of the port that is on the wire itself, and so is the same for everyone who speaks it. */
export type WireDriver = Omit<
  IdentityDriver,
  | "check"
  | "connections"
  | "directories"
  | "ldap"
  | "keys"
  | "messages"
  | "signIns"
  | "tickets"
  | "defaultRedirectUri"
>;

export interface WireClient {
  upstream: string;
  baseUrl: string;
  key: string;
  fetch: typeof fetch;
  /** Opens the files that the upstream puts somewhere. */
  download: Download;
  sleep: Patience["sleep"];
}

const PER_CALL = 100;
const OPERATION = "sallyport_operation";

export function wireDriver(to: WireClient): WireDriver {
  const sdk = sdkFor(to);
  const ask = asker(to.upstream);
  return {
    listOrganizations: (search) => ask(() => findOrganizations(sdk, search)),
    getOrganization: (id) =>
      ask(async () => {
        const { data } = await sdk.get<OrganizationOnWire>(`/organizations/${encodeURIComponent(id)}`);
        return organizationOf(data);
      }),
    listRoles: (organizationId) =>
      ask(async () => {
        const path = `/organizations/${encodeURIComponent(organizationId)}/roles`;
        const { data } = await sdk.get<{ data: OrganizationRole[] }>(path);
        return data.data.map(({ slug, name }) => ({ slug, name }));
      }),
    createOrganization: (draft, once) => ask(() => createOrganization(sdk, draft, once)),
    listConnections: (after) =>
      ask(async () => {
        const page = await sdk.sso.listConnections({ limit: PER_CALL, ...(after ? { after } : {}) });
        return { items: page.data.map(connectionOf), after: page.listMetadata.after ?? null };
      }),
    getConnection: (id) => ask(async () => connectionOf(await sdk.sso.getConnection(id))),
    removeConnection: (id) => ask(() => sdk.sso.deleteConnection(id)),
    listDirectories: (after) => ask(() => listDirectories(sdk, after)),
    getDirectory: (id) =>
      ask(async () => {
        const { data } = await sdk.get<DirectoryOnWire>(`${DIRECTORIES}/${encodeURIComponent(id)}`);
        return directoryOf(data);
      }),
    removeDirectory: (id) => ask(() => sdk.directorySync.deleteDirectory(id)),
    listRedirectUris: () => ask(() => listRedirectUris(sdk)),
    addRedirectUri: (uri, once) =>
      ask(async () => {
        const options = { idempotencyKey: once.key };
        const { data } = await sdk.post<RedirectUriOnWire, { uri: string }>(REDIRECT_URIS, { uri }, options);
        return redirectUriOf(data);
      }),
    removeRedirectUri: (id) =>
      ask(async () => void (await sdk.delete(`${REDIRECT_URIS}/${encodeURIComponent(id)}`))),
    domains: wireDomains(sdk, ask),
    exportAuditLog: (organizationId, from, until) =>
      ask(() => exportAuditLog(sdk, to, organizationId, from, until)),
    createSetupLink: (organization, purpose) =>
      ask(async () => {
        const intent = purpose === "directory" ? "dsync" : "sso";
        const { link } = await sdk.adminPortal.generateLink({ organization, intent });
        return new URL(link);
      }),
  };
}

const REDIRECT_URIS = "/user_management/redirect_uris";
const DIRECTORIES = "/directories";

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

/** Not by the SDK's own method, which leaves out how many people and groups there are. */
async function listDirectories(sdk: WorkOS, after: string | null): Promise<Batch<Directory>> {
  const query = { limit: PER_CALL, ...(after ? { after } : {}) };
  const { data } = await sdk.get<DirectoryPage>(DIRECTORIES, { query });
  return { items: data.data.map(directoryOf), after: data.list_metadata.after ?? null };
}

interface DirectoryOnWire {
  id: string;
  organization_id?: string | null;
  type: string;
  name: string;
  state: string;
  metadata?: { users: { active: number; inactive: number }; groups: number };
  created_at: string;
  updated_at: string;
}

interface DirectoryPage {
  data: DirectoryOnWire[];
  list_metadata: { after?: string | null };
}

function directoryOf({ metadata, ...found }: DirectoryOnWire): Directory {
  return {
    id: found.id,
    organizationId: found.organization_id ?? null,
    type: found.type,
    name: found.name,
    state: directoryState(found.state),
    createdAt: new Date(found.created_at),
    updatedAt: new Date(found.updated_at),
    content: metadata
      ? {
          usersActive: metadata.users.active,
          usersInactive: metadata.users.inactive,
          groups: metadata.groups,
        }
      : null,
    sync: null,
  };
}

/** The wire has two names for two of the states; events and SDKs use these. */
export function directoryState(onWire: string): string {
  if (onWire === "linked") return "active";
  return onWire === "unlinked" ? "inactive" : onWire;
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
