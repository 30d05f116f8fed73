import type { Metadata } from "next";
import { Catalogue } from "#components/allowlist/packs/catalogue.tsx";
import { listPacks } from "#lib/allowlist/packs/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Rule packs" };

export default async function PacksPage() {
  const actor = await requireActor();
  const packs = await orNotFound(() => listPacks(actor));
  return (
    <div className="grid gap-5">
      <p className="max-w-2xl text-muted text-sm">
        For each capability: what has to be open, in which direction, why, and what stops without it. A site's
        allowlist is the packs of its capabilities and rules of its own.
      </p>
      <Catalogue packs={packs} />
    </div>
  );
}
