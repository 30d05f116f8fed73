import type { Route } from "next";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { VersionDetails } from "#lib/allowlist/sets/versions/queries.ts";
import { CompareWith } from "./compare-with.tsx";
import { networksWords } from "./words.ts";

/** Which addresses one version has and another has not. */
export function VersionDifference({
  details,
  comparable,
}: {
  details: VersionDetails;
  comparable: readonly number[];
}) {
  const { set, version, against, added, removed, addedCount, removedCount } = details;
  const others = comparable.filter((number) => number !== version.number);
  return (
    <Card
      title={against === null ? "All of it is new" : `Against version ${against}`}
      description="The fewest networks that hold the addresses that differ: how a list is cut or ordered is no difference."
      actions={
        others.length > 0 && (
          <CompareWith
            at={`/allowlists/sets/${set.slug}/versions/${version.number}`}
            against={against}
            versions={others}
          />
        )
      }
      footer={
        against !== null && (
          <Link
            className="text-accent hover:underline"
            href={`/allowlists/sets/${set.slug}/versions/${against}?against=${version.number}` as Route}
          >
            The other way round
          </Link>
        )
      }
    >
      {addedCount + removedCount === 0 ? (
        <p className="text-muted text-sm">Both hold the same addresses.</p>
      ) : (
        <div className="grid gap-x-6 gap-y-4 md:grid-cols-2">
          <Side word="Added" tone="caution" networks={added} total={addedCount} />
          <Side word="Removed" tone="accent" networks={removed} total={removedCount} />
        </div>
      )}
    </Card>
  );
}

interface SideProps {
  word: string;
  tone: "caution" | "accent";
  networks: readonly string[];
  total: number;
}

function Side({ word, tone, networks, total }: SideProps) {
  return (
    <section aria-label={word} className="grid min-w-0 content-start gap-2">
      <h3 className="flex items-center gap-2 text-sm">
        <Badge tone={tone}>{word}</Badge>
        <span className="text-muted">{total === 0 ? "Nothing" : networksWords(total)}</span>
      </h3>
      {total > 0 && <NetworkList label={`${word} networks`} networks={networks} total={total} />}
    </section>
  );
}

/** Networks, one a line, as far as they are shown. */
export function NetworkList({
  label,
  networks,
  total,
}: {
  label: string;
  networks: readonly string[];
  total: number;
}) {
  return (
    <div className="grid gap-1.5">
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-md border border-line bg-sunken px-3 py-2"
      >
        <ul className="grid gap-x-6 font-mono text-xs leading-5 sm:grid-cols-[repeat(auto-fill,minmax(11rem,1fr))]">
          {networks.map((network) => (
            <li key={network} className="[overflow-wrap:anywhere]">
              {network}
            </li>
          ))}
        </ul>
      </section>
      {total > networks.length && (
        <p className="text-muted text-xs">
          The first {networks.length.toLocaleString("en")} of {total.toLocaleString("en")}.
        </p>
      )}
    </div>
  );
}
