import { Badge } from "#components/ui/badge.tsx";
import type { CapabilityPreview, PreviewRule } from "#lib/change-requests/capabilities/queries.ts";
import { CARRIER_WORDS } from "../words.ts";

/** What a change of capabilities opens and closes, what stays open for others, and what is left out: each with why. */
export function DoorPreview({ preview }: { preview: CapabilityPreview }) {
  const { adds, retires, shares, leftOut } = preview;
  return (
    <div className="grid gap-4">
      {adds.length > 0 && <Doors title={count(adds.length, "door opens", "doors open")} doors={adds} />}
      {retires.length > 0 && (
        <Doors title={count(retires.length, "door closes", "doors close")} doors={retires} closing />
      )}
      {adds.length + retires.length === 0 && (
        <p className="text-sm">No door opens and none closes: others need the same.</p>
      )}
      {shares.length > 0 && (
        <div className="grid gap-1 text-sm">
          <p className="font-medium">Open for others as well</p>
          <ul className="grid gap-1 text-muted">
            {shares.map(({ opens, with: others }) => (
              <li key={opens}>
                <code className="text-xs">{opens}</code>: {others.join(", ")}
              </li>
            ))}
          </ul>
        </div>
      )}
      {leftOut.length > 0 && (
        <div className="grid gap-1 text-sm">
          <p className="font-medium">Left out, for nothing was named</p>
          <ul className="grid gap-1 text-muted">
            {leftOut.map(({ asks, purpose, without }) => (
              <li key={asks + purpose}>
                {asks}: {purpose}. <span className="text-xs">{without}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function Doors({
  title,
  doors,
  closing = false,
}: {
  title: string;
  doors: readonly PreviewRule[];
  closing?: boolean;
}) {
  return (
    <div className="grid gap-1.5">
      <h3 className="font-medium text-sm">{title}</h3>
      <ol className="divide-y divide-line rounded-lg border border-line">
        {doors.map(({ opens, byBrowser, hosts, purpose, without }) => (
          <li key={opens} className="grid gap-0.5 px-3 py-2 text-sm">
            <span className="flex flex-wrap items-center gap-2">
              <code className="text-xs">{opens}</code>
              {byBrowser && <Badge tone="accent">{CARRIER_WORDS.user_browser}</Badge>}
            </span>
            {purpose && <span>{purpose}.</span>}
            {hosts.length > 0 && <code className="text-muted text-xs">{hosts.join(", ")}</code>}
            {without && (
              <span className="text-muted text-xs">
                {closing ? "Then" : "Without it"}: {without}
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function count(many: number, one: string, more: string): string {
  return `${many.toLocaleString("en")} ${many === 1 ? one : more}`;
}
