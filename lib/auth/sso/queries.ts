import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { asSystem, inScope } from "#lib/platform/db.ts";
import { redirectUri } from "./provider.ts";

export interface ProviderRow {
  id: string;
  kind: string;
  name: string;
  issuer: string | null;
  baseUrl: string | null;
  organizationId: string | null;
  connectionId: string | null;
  clientId: string;
  enabled: boolean;
  testedAt: Date | null;
  people: number;
}

/** The SSO providers of this console, and the address each must send people back to. */
export async function listProviders(
  actor: Actor,
): Promise<{ redirectUri: string; providers: ProviderRow[] }> {
  actor.must("settings.read");
  const orderBy = [{ name: "asc" }, { id: "asc" }] as const;
  const rows = await inScope(actor, (tx) =>
    tx.ssoProvider.findMany({ select: ROW, orderBy: [...orderBy], take: 100 }),
  );
  const providers = rows.map(({ _count, ...row }) => ({ ...row, people: _count.identities }));
  return { redirectUri: redirectUri(), providers };
}

/** What the sign-in page offers. Anybody may see it: no more than the names. */
export function listOfferedProviders(): Promise<{ id: string; name: string }[]> {
  return asSystem("nobody is signed in at the sign-in page", (tx) =>
    tx.ssoProvider.findMany({
      where: { enabled: true },
      select: { id: true, name: true },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: 20,
    }),
  );
}

const ROW = {
  id: true,
  kind: true,
  name: true,
  issuer: true,
  baseUrl: true,
  organizationId: true,
  connectionId: true,
  clientId: true,
  enabled: true,
  testedAt: true,
  _count: { select: { identities: true } },
} as const;
