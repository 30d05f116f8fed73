import type { Route } from "next";
import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { PinRow } from "#lib/allowlist/sets/queries.ts";
import { UseVersion } from "./use-version.tsx";
import { networksWords } from "./words.ts";

interface PinsCardProps {
  deploymentId: string;
  pins: readonly PinRow[];
  mayDraft: boolean;
}

/** Which version of which address set this deployment's rules mean, and whether another is wanted. */
export function PinsCard({ deploymentId, pins, mayDraft }: PinsCardProps) {
  if (pins.length === 0) return null;
  return (
    <Card
      flush
      title="Address sets"
      description="The version of each that the rules here mean, until a change request moves it."
    >
      <ul className="divide-y divide-line">
        {pins.map(({ slug, name, number, networks, since, newer }) => (
          <li
            key={slug}
            className="grid items-center gap-x-6 gap-y-1.5 px-4 py-2 text-sm sm:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto]"
          >
            <Link className="font-medium hover:underline" href={`/allowlists/sets/${slug}` as Route}>
              {name}
            </Link>
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Status
                tone={newer ? "caution" : "positive"}
                reason={newer ? `wanted ${newer.number}` : undefined}
              >
                Version {number}
              </Status>
              <span className="text-muted text-xs">
                {networksWords(networks)}, since <Time at={since} />
              </span>
            </span>
            <span className="flex items-center gap-2">
              {newer && (
                <Link
                  className="text-accent text-sm hover:underline"
                  href={`/allowlists/sets/${slug}/versions/${newer.number}?against=${number}` as Route}
                >
                  Difference
                </Link>
              )}
              {newer && mayDraft && (
                <UseVersion deploymentId={deploymentId} versionId={newer.versionId} number={newer.number} />
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
