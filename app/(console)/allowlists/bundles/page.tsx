import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { MakeSetBundle } from "#components/allowlist/sets/bundled/make-set-bundle.tsx";
import { BundlesTable } from "#components/bundles/bundles-table.tsx";
import { TakeBundle } from "#components/bundles/take-bundle.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { listSetsToBundle } from "#lib/allowlist/sets/bundled/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listBundles } from "#lib/bundles/queries.ts";
import { BUNDLE_LIST } from "#lib/bundles/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Bundles" };

export default async function BundlesPage({ searchParams }: PageProps<"/allowlists/bundles">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, BUNDLE_LIST);
  const [page, sets] = await orNotFound(() =>
    Promise.all([listBundles(actor, query), actor.can("bundle.make") ? listSetsToBundle(actor) : null]),
  );
  const begin = (
    <span className="flex flex-wrap gap-2">
      <LinkButton icon={<KeyRound />} href="/allowlists/bundles/keys">
        Keys
      </LinkButton>
      {sets && <MakeSetBundle sets={sets} />}
      {actor.can("bundle.take") && <TakeBundle />}
    </span>
  );
  return (
    <div className="grid gap-5">
      <p className="max-w-2xl text-muted text-sm">
        Signed files that carry address sets to a console that no line leads to. What one holds goes through
        the gates where it arrives, and somebody there accepts it.
      </p>
      <BundlesTable page={page} begin={begin} />
    </div>
  );
}
