import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ShownRegion, ShownRegions } from "#lib/allowlist/simulation.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { portsText } from "#lib/shared/ports.ts";

/** Traffic that a request opens or closes, each line with a packet that anybody can try. */
export function TrafficRegions({
  title,
  tone,
  of,
}: {
  title: string;
  tone: "caution" | "accent";
  of: ShownRegions;
}) {
  if (of.total === 0) return null;
  return (
    <section aria-label={title} className="grid gap-2">
      <h3 className="flex items-center gap-2 font-medium text-sm">
        <Badge tone={tone}>{title}</Badge>
      </h3>
      <ul className="divide-y divide-line rounded-md border border-line">
        {of.regions.map((region) => (
          <li
            key={JSON.stringify([region.witness, region.ports, region.from])}
            className="grid break-inside-avoid gap-x-6 gap-y-1 px-3 py-2 text-sm md:grid-cols-[minmax(0,1fr)_minmax(0,18rem)] print:grid-cols-[repeat(auto-fit,minmax(15rem,1fr))]"
          >
            <span className="grid gap-0.5">
              <span className="[overflow-wrap:anywhere]">{regionText(region)}</span>
              <When from={region.from} until={region.until} />
            </span>
            <span className="text-muted text-xs [overflow-wrap:anywhere]">
              Try: <code>{packetText(region.witness)}</code>
            </span>
          </li>
        ))}
      </ul>
      {of.total > of.regions.length && (
        <p className="text-muted text-xs">
          The first {of.regions.length} of {of.total}.
        </p>
      )}
    </section>
  );
}

function When({ from, until }: Pick<ShownRegion, "from" | "until">) {
  if (!from && !until) return null;
  return (
    <span className="text-muted text-xs">
      {from ? (
        <>
          From <Time at={from} show="date" />
        </>
      ) : (
        "At once"
      )}
      {until && (
        <>
          , until <Time at={until} show="date" />
        </>
      )}
    </span>
  );
}

export function regionText({ direction, protocol, ports, carriedBy, peers, morePeers }: ShownRegion): string {
  const service = [protocol, ports && portsText(ports)].filter(Boolean).join(" ");
  const more = morePeers > 0 ? ` and ${morePeers} more networks` : "";
  const carrier = carriedBy === "user_browser" ? ", by users' browsers" : "";
  const towards = direction === "egress" ? "to" : "from";
  return `${direction === "egress" ? "Egress" : "Ingress"} ${service} ${towards} ${peers.join(", ")}${more}${carrier}`;
}

/** A packet in one line, as somebody types it who tries it. */
export function packetText({ direction, protocol, port, peer, name }: Packet): string {
  const end = name ?? peer ?? "";
  const address = port === null ? end : end.includes(":") ? `[${end}]:${port}` : `${end}:${port}`;
  return `${protocol} ${direction === "egress" ? "to" : "from"} ${address}`;
}
