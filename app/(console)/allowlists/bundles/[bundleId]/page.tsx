import type { Metadata } from "next";
import { BundledTable } from "#components/allowlist/sets/bundled/bundled-table.tsx";
import { DownloadBundle } from "#components/bundles/download-bundle.tsx";
import { grouped, listsWords } from "#components/bundles/words.ts";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import { listBundledSets } from "#lib/allowlist/sets/bundled/queries.ts";
import { BUNDLED_LIST } from "#lib/allowlist/sets/bundled/schema.ts";
import { requireActor } from "#lib/auth/session.ts";
import { type BundleDetails, getBundle } from "#lib/bundles/queries.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

type Props = PageProps<"/allowlists/bundles/[bundleId]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { bundleId } = await params;
  const { issuerName, serial } = await orNotFound(async () => getBundle(await requireActor(), bundleId));
  return { title: `Bundle ${serial} of ${issuerName}` };
}

export default async function BundlePage({ params, searchParams }: Props) {
  const { bundleId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, BUNDLED_LIST, "lists");
  const [bundle, page] = await orNotFound(() =>
    Promise.all([getBundle(actor, bundleId), listBundledSets(actor, bundleId, query)]),
  );
  const isTaken = bundle.direction === "taken";
  const bring =
    isTaken &&
    !bundle.isExpired &&
    !bundle.trust?.revokedAt &&
    actor.can("bundle.take") &&
    actor.can("address_set.propose");
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Allowlists", href: "/allowlists" },
          { label: "Bundles", href: "/allowlists/bundles" },
          { label: `Number ${bundle.serial} of ${bundle.issuerName}` },
        ]}
      />
      <Card
        title={`Bundle ${bundle.serial} of ${bundle.issuerName}`}
        description={
          isTaken
            ? `${listsWords(bundle.entryCount)}. Verified when it was taken in.`
            : `${listsWords(bundle.entryCount)}. Whoever takes it in trusts the key below.`
        }
        actions={!isTaken && actor.can("bundle.download") && <DownloadBundle bundleId={bundle.id} />}
      >
        <KeyValue items={facts(bundle)} />
      </Card>
      {isTaken && bundle.trust?.revokedAt && (
        <Callout tone="negative" title="The key that signed it was revoked since">
          Nothing of it is brought to a set any more.
        </Callout>
      )}
      {isTaken && bundle.isExpired && (
        <Callout tone="caution" title="It is no longer valid">
          Nothing of it is brought to a set any more. Have a new one made.
        </Callout>
      )}
      <BundledTable
        bundleId={bundle.id}
        page={page}
        customers={bring ? await listCustomerChoices(actor) : []}
        may={{ bring, make: actor.can("address_set.create") }}
      />
    </div>
  );
}

function facts(bundle: BundleDetails) {
  const { direction, trust, fingerprint, bundleId, madeAt, validUntil, manifestSha256, byName, createdAt } =
    bundle;
  return [
    { label: "Signed by", value: <code className="text-xs">{grouped(fingerprint)}</code> },
    ...(trust ? [{ label: "Known here as", value: trust.name }] : []),
    { label: "Made", value: <Time at={madeAt} /> },
    { label: "Valid until", value: <Time at={validUntil} show="date" /> },
    {
      label: direction === "made" ? "Made by" : "Taken in by",
      value: (
        <span>
          {byName}, <Time at={createdAt} />
        </span>
      ),
    },
    { label: "ID", value: <code className="text-xs">{bundleId}</code> },
    { label: "SHA-256 of its manifest", value: <code className="text-xs">{manifestSha256}</code> },
  ];
}
