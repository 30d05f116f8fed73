import { ArrowDownLeft, ArrowUpRight } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import type { ShownDoor } from "#lib/allowlist/packs/shown.ts";
import { CARRIER_WORDS } from "../words.ts";

interface DoorsListProps {
  label: string;
  doors: readonly ShownDoor[];
  /** Marks the doors that the version before did not have. */
  version: number;
}

/** The doors of a pack before they are anybody's: each with why, and with what stops without it. */
export function DoorsList({ label, doors, version }: DoorsListProps) {
  return (
    <ol aria-label={label} className="divide-y divide-line text-sm">
      {doors.map((door) => (
        <li
          key={door.id}
          className="grid gap-x-6 gap-y-1 px-4 py-2.5 md:grid-cols-[9rem_15rem_minmax(0,1fr)]"
        >
          <span className="flex items-center gap-1.5 self-start">
            <DirectionIcon direction={door.direction} />
            {door.direction === "egress" ? "Out" : "In"} <code className="text-xs">{door.traffic}</code>
          </span>
          <span className="min-w-0">
            {door.peer}
            {door.asked && <span className="block text-muted text-xs">If the site names any</span>}
            {door.hosts.map((host) => (
              <code key={host} className="block text-muted text-xs">
                {host}
              </code>
            ))}
          </span>
          <span>
            {door.purpose}. {door.byBrowser && <Badge tone="accent">{CARRIER_WORDS.user_browser}</Badge>}{" "}
            {door.since === "new" && <Badge tone="positive">New in version {version}</Badge>}
            <span className="block text-muted">Without it: {door.without}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function DirectionIcon({ direction }: Pick<ShownDoor, "direction">) {
  const Icon = direction === "egress" ? ArrowUpRight : ArrowDownLeft;
  return <Icon aria-hidden className="size-3.5 text-muted" />;
}
