import type { Metadata } from "next";
import { DecideVersion } from "#components/allowlist/sets/decide-version.tsx";
import { FindingList } from "#components/allowlist/sets/finding-list.tsx";
import { NetworkList, VersionDifference } from "#components/allowlist/sets/version-difference.tsx";
import {
  deploymentsWords,
  INTAKE_WORDS,
  networksWords,
  VERSION_STATE_WORDS,
} from "#components/allowlist/sets/words.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import { getVersion, listComparable, type VersionDetails } from "#lib/allowlist/sets/versions/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { AppError } from "#lib/shared/errors.ts";

type Props = PageProps<"/allowlists/sets/[slug]/versions/[number]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, number } = await params;
  const { set } = await orNotFound(async () => getVersion(await requireActor(), slug, numberIn(number)));
  return { title: `${set.name}, version ${number}` };
}

export default async function VersionPage({ params, searchParams }: Props) {
  const { slug, number } = await params;
  const { against } = await searchParams;
  const actor = await requireActor();
  const [details, comparable] = await orNotFound(async () => {
    const other = typeof against === "string" && /^\d{1,6}$/.test(against) ? Number(against) : null;
    return Promise.all([getVersion(actor, slug, numberIn(number), other), listComparable(actor, slug)]);
  });
  const { set, version, own, findings, cidrs } = details;
  const { word, tone } = VERSION_STATE_WORDS[version.state];
  const waits = version.state === "proposed" && set.mine;
  return (
    <div className="grid gap-5">
      <Breadcrumb
        items={[
          { label: "Allowlists", href: "/allowlists" },
          { label: "Sets", href: "/allowlists/sets" },
          { label: set.name, href: `/allowlists/sets/${slug}` },
          { label: `Version ${version.number}` },
        ]}
      />
      <Card
        title={
          <span className="flex items-center gap-2">
            {set.name}, version {version.number}
            <Badge tone={tone}>{word}</Badge>
          </span>
        }
        actions={
          <DecideVersion
            set={set}
            version={version}
            may={{
              accept: waits && !own && actor.can("address_set.accept"),
              refuse: waits && !own && actor.can("address_set.refuse"),
              withdraw: waits && own && actor.can("address_set.withdraw"),
            }}
          />
        }
      >
        <KeyValue items={provenance(details)} />
      </Card>
      <FindingList findings={findings} />
      {cidrs.length > 0 && (
        <>
          <VersionDifference details={details} comparable={comparable} />
          <Card title="Networks" description={heldWords(details)}>
            <NetworkList label="Networks of this version" networks={cidrs} total={version.networkCount} />
          </Card>
        </>
      )}
    </div>
  );
}

/** What is no number is no version. */
function numberIn(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new AppError("not_found", "There is no such version.");
  return Number(text);
}

function heldWords({ version, addresses: { v4, v6 } }: VersionDetails): string {
  const held = [
    v4 > 0n && `${v4.toLocaleString("en")} IPv4 addresses`,
    v6 > 0n &&
      (v6 >> 64n > 0n
        ? `${(v6 >> 64n).toLocaleString("en")} IPv6 networks of /64`
        : "less than one IPv6 network of /64"),
  ];
  return `${networksWords(version.networkCount)}: ${held.filter(Boolean).join(", ")}`;
}

function provenance({ version, deployments }: VersionDetails) {
  const { intake, sourceName, contentSha256, changedOn, checkedOn, decidedAt, decidedReason } = version;
  return [
    {
      label: "From",
      value: (
        <span>
          {INTAKE_WORDS[intake]}{" "}
          {sourceName && <code className="text-xs [overflow-wrap:anywhere]">{sourceName}</code>}
        </span>
      ),
    },
    {
      label: "SHA-256",
      value: (
        <span className="flex items-center gap-1.5">
          <code className="min-w-0 text-xs [overflow-wrap:anywhere]">{contentSha256}</code>
          <CopyButton value={contentSha256} label="SHA-256" />
        </span>
      ),
    },
    {
      label: "Brought",
      value: (
        <span>
          {version.proposedByName || "With the product"}, <Time at={version.proposedAt} />
        </span>
      ),
    },
    { label: "Changed by its origin", value: changedOn && <Time at={changedOn} show="date" /> },
    { label: "Known to be so", value: <Time at={checkedOn} show="date" /> },
    {
      label: "Decided",
      value: decidedAt && (
        <span>
          {[version.decidedByName, decidedReason].filter(Boolean).join(": ") || "With the product"},{" "}
          <Time at={decidedAt} />
        </span>
      ),
    },
    { label: "Used by", value: deployments === 0 ? "No deployment" : deploymentsWords(deployments) },
  ];
}
