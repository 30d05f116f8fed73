import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ShownVersion } from "#lib/allowlist/packs/shown.ts";
import { DoorsList } from "./doors-list.tsx";

/** Every version of a pack, newest first: what it opens, and what is different from the one before. */
export function PackVersions({ versions, newest }: { versions: readonly ShownVersion[]; newest: number }) {
  return versions.map(({ number, releasedOn, change, doors, givenUp }) => (
    <Card
      key={number}
      title={
        <span className="flex items-center gap-2">
          Version {number} {number === newest && <Badge tone="positive">Newest</Badge>}
        </span>
      }
      description={
        <>
          <Time at={releasedOn} show="date" /> · {change}
        </>
      }
      flush
    >
      <DoorsList label={`The doors of version ${number}`} doors={doors} version={number} />
      {givenUp.length > 0 && (
        <div className="grid gap-1 border-line border-t px-4 py-2.5 text-sm">
          <p className="font-medium">Given up with this version</p>
          <ul className="text-muted">
            {givenUp.map((door) => (
              <li key={door.id}>
                {door.direction === "egress" ? "Out" : "In"} {door.traffic}, {door.peer}: {door.purpose}.
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  ));
}
