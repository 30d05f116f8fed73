import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { GatewayView } from "#lib/gateways/queries.ts";
import { sizeWords } from "../words.ts";

/** How full the gateway's buffer of events is. */
export function BufferCard({ gateway }: { gateway: Pick<GatewayView, "buffer" | "bufferBytesMax"> }) {
  const { buffer, bufferBytesMax } = gateway;
  const share = buffer ? Math.min(1, buffer.bytes / bufferBytesMax) : 0;
  const percent = share > 0 && share < 0.01 ? "under 1" : String(Math.round(share * 100));
  return (
    <Card
      title="Buffer"
      description="Events wait here until every endpoint has had them. Beyond the limits the oldest are dropped, as a gap."
    >
      {buffer ? (
        <div className="grid gap-2 text-sm">
          {/* Drawn, not styled: the page's policy lets no style stand in an element. */}
          <svg aria-hidden className="h-2 w-full max-w-md rounded-full bg-hover">
            <rect
              width={`${share * 100}%`}
              height="100%"
              className={share > 0.8 ? "fill-negative" : "fill-accent-solid"}
            />
          </svg>
          <p>
            {buffer.events.toLocaleString("en")} {buffer.events === 1 ? "event" : "events"},{" "}
            {sizeWords(buffer.bytes)} of {sizeWords(bufferBytesMax)} ({percent} %)
            {buffer.oldestAt && (
              <span className="text-muted">
                {" "}
                · the oldest of <Time at={buffer.oldestAt} />
              </span>
            )}
          </p>
        </div>
      ) : (
        <p className="text-muted text-sm">Not heard yet: the gateway tells of it once its relay runs.</p>
      )}
    </Card>
  );
}
