import type { Metadata } from "next";
import { PackUsesTable } from "#components/allowlist/packs/pack-uses-table.tsx";
import { PackVersions } from "#components/allowlist/packs/pack-versions.tsx";
import { standingWords } from "#components/allowlist/packs/words.ts";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import type { RulePack } from "#lib/allowlist/packs/pack.ts";
import { getPack, listPackUses } from "#lib/allowlist/packs/queries.ts";
import { PACK_USE_LIST } from "#lib/allowlist/packs/schema.ts";
import { shownVersions } from "#lib/allowlist/packs/shown.ts";
import { requireActor } from "#lib/auth/session.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";

export async function generateMetadata({
  params,
}: PageProps<"/allowlists/packs/[packId]">): Promise<Metadata> {
  const { packId } = await params;
  const { name } = await orNotFound(async () => getPack(await requireActor(), packId));
  return { title: `${name}, rule pack` };
}

export default async function PackPage({ params, searchParams }: PageProps<"/allowlists/packs/[packId]">) {
  const { packId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, PACK_USE_LIST);
  const [pack, page] = await orNotFound(() =>
    Promise.all([getPack(actor, packId), listPackUses(actor, packId, query)]),
  );
  const [newest, ...older] = shownVersions(pack);
  if (!newest) throw new Error("A pack has a version.");
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Allowlists", href: "/allowlists" },
          { label: "Packs", href: "/allowlists/packs" },
          { label: pack.name },
        ]}
      />
      <Card title={pack.name} description={pack.summary}>
        <KeyValue items={modeItems(pack)} />
      </Card>
      <PackVersions versions={[newest]} newest={newest.number} />
      <div className="grid gap-3">
        <h2 className="font-semibold text-base">Deployments</h2>
        <PackUsesTable page={page} versions={[newest.number, ...older.map(({ number }) => number)]} />
      </div>
      {older.length > 0 && (
        <div className="grid gap-3">
          <h2 className="font-semibold text-base">Earlier versions</h2>
          <PackVersions versions={older} newest={newest.number} />
        </div>
      )}
    </div>
  );
}

function modeItems({ modes }: RulePack) {
  return Object.values(DeploymentMode).map((mode) => {
    const standing = modes[mode];
    return {
      label: MODE_WORDS[mode],
      value:
        typeof standing === "object"
          ? `${standingWords(standing)}. ${standing.not}`
          : standingWords(standing),
    };
  });
}
