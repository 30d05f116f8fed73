import type { Metadata, Route } from "next";
import Link from "next/link";
import { BringVersion } from "#components/allowlist/sets/bring-version.tsx";
import { DecideVersion } from "#components/allowlist/sets/decide-version.tsx";
import { SetActions } from "#components/allowlist/sets/set-actions.tsx";
import { SetUsesTable } from "#components/allowlist/sets/set-uses-table.tsx";
import { VersionsTable } from "#components/allowlist/sets/versions-table.tsx";
import { deploymentsWords, networksWords } from "#components/allowlist/sets/words.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { getSet, listSetUses, type SetDetails } from "#lib/allowlist/sets/queries.ts";
import { SET_USE_LIST, VERSION_LIST } from "#lib/allowlist/sets/schema.ts";
import { listComparable, listVersions } from "#lib/allowlist/sets/versions/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export async function generateMetadata({ params }: PageProps<"/allowlists/sets/[slug]">): Promise<Metadata> {
  const { slug } = await params;
  const { name } = await orNotFound(async () => getSet(await requireActor(), slug));
  return { title: `${name}, address set` };
}

export default async function SetPage({ params, searchParams }: PageProps<"/allowlists/sets/[slug]">) {
  const { slug } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const [set, versions, uses, numbers] = await orNotFound(() =>
    Promise.all([
      getSet(actor, slug),
      listVersions(actor, slug, parseListQuery(said, VERSION_LIST, "versions")),
      listSetUses(actor, slug, parseListQuery(said, SET_USE_LIST, "uses")),
      listComparable(actor, slug),
    ]),
  );
  const open = set.mine && !set.archived;
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Allowlists", href: "/allowlists" },
          { label: "Sets", href: "/allowlists/sets" },
          { label: set.name },
        ]}
      />
      <Card
        title={
          <span className="flex items-center gap-2">
            {set.name}
            {set.archived && <Badge>Archived</Badge>}
          </span>
        }
        description={set.description || undefined}
        actions={
          <>
            {open && actor.can("address_set.propose") && <BringVersion set={set} />}
            <SetActions
              set={set}
              may={{
                change: open && actor.can("address_set.change"),
                archive: set.mine && actor.can("address_set.archive"),
                restore: set.mine && actor.can("address_set.restore"),
              }}
            />
          </>
        }
      >
        <KeyValue items={facts(set)} />
      </Card>
      {set.waiting && <Waiting set={set} waiting={set.waiting} actor={actor} />}
      <div className="grid gap-3">
        <h2 className="font-semibold text-base">Versions</h2>
        <VersionsTable slug={slug} page={versions} />
      </div>
      <div className="grid gap-3">
        <h2 className="font-semibold text-base">Deployments</h2>
        <SetUsesTable page={uses} newest={set.newest?.number ?? null} versions={numbers} />
      </div>
    </div>
  );
}

function Waiting({
  set,
  waiting,
  actor,
}: {
  set: SetDetails;
  waiting: NonNullable<SetDetails["waiting"]>;
  actor: Actor;
}) {
  return (
    <Callout tone="caution" title={`Version ${waiting.number} waits to be accepted`}>
      <p>
        {networksWords(waiting.networks)}.{" "}
        <Link
          className="text-accent underline"
          href={`/allowlists/sets/${set.slug}/versions/${waiting.number}` as Route}
        >
          See what it adds and removes
        </Link>
        {waiting.own && ". You brought it: somebody else accepts it."}
      </p>
      <div className="flex flex-wrap items-center gap-2 pt-2 empty:hidden">
        <DecideVersion
          set={set}
          version={waiting}
          may={{
            accept: set.mine && !waiting.own && actor.can("address_set.accept"),
            refuse: set.mine && !waiting.own && actor.can("address_set.refuse"),
            withdraw: set.mine && waiting.own && actor.can("address_set.withdraw"),
          }}
        />
      </div>
    </Callout>
  );
}

function facts({ owner, origin, sourceUrl, slug, newest, deployments, behind, allowsPrivate }: SetDetails) {
  return [
    { label: "Of", value: owner ? owner.name : "Every deployment" },
    { label: "Origin", value: origin },
    { label: "Address of the list", value: sourceUrl && <code className="text-xs">{sourceUrl}</code> },
    { label: "Name in rules", value: <code className="text-xs">{slug}</code> },
    { label: "May name", value: allowsPrivate ? "Public and private networks" : "Public networks" },
    {
      label: "Wanted version",
      value: newest && (
        <span>
          Version {newest.number}: {networksWords(newest.networks)}, known to be so on{" "}
          <Time at={newest.checkedOn} show="date" />
        </span>
      ),
    },
    {
      label: "Used by",
      value:
        deployments === 0
          ? "No deployment"
          : `${deploymentsWords(deployments)}${behind > 0 ? `, ${behind.toLocaleString("en")} on an earlier version` : ""}`,
    },
  ];
}
