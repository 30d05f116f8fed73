import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CarriedView } from "#lib/gateways/carried.ts";

type Relay = CarriedView["relays"][number];

/** How far the events are that are carried by hand, on the gateway's side and, as far as it is known, on the other. */
export function CarriedCard({ carried }: { carried: CarriedView }) {
  return (
    <Card
      title="Carried by hand"
      description="Signed files take events where no line leads, and receipts come back the same way."
      flush
    >
      <ul>
        {carried.relays.map((relay) => (
          <li
            key={`${relay.environmentName} ${relay.side} ${relay.storeId}`}
            className="border-line border-b px-4 py-3"
          >
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium text-sm">{relay.environmentName}</span>
              <RelayState relay={relay} />
            </div>
            <KeyValue items={relay.side === "export" ? exportItems(relay) : importItems(relay)} />
          </li>
        ))}
      </ul>
      {carried.publicKey && (
        <div className="px-4 py-3">
          <KeyValue
            items={[
              {
                label: "Key of this side",
                value: <code className="break-all text-xs">{carried.publicKey}</code>,
              },
            ]}
          />
        </div>
      )}
    </Card>
  );
}

function RelayState({ relay }: { relay: Relay }) {
  if (relay.side === "import") return <Status tone="neutral">Comes in</Status>;
  if (relay.waiting > 0) return <Status tone="caution">To be exported</Status>;
  return relay.otherThrough === relay.through ? (
    <Status tone="positive">Arrived</Status>
  ) : (
    <Status tone="caution">On its way</Status>
  );
}

function exportItems(relay: Relay) {
  return [
    { label: "Exported up to", value: relay.through },
    { label: "The other side has", value: relay.otherThrough ?? "Unknown: no receipt has come back" },
    { label: "Not exported yet", value: `${relay.waiting.toLocaleString("en")} events` },
    ...commonItems(relay),
  ];
}

function importItems(relay: Relay) {
  return [
    { label: "Taken in up to", value: relay.through },
    { label: "The last file held", value: relay.otherThrough ?? "Unknown" },
    { label: "Comes from", value: <code className="break-all text-xs">{relay.storeId}</code> },
    ...commonItems(relay),
  ];
}

function commonItems({ lastEventAt, carriedAt, files }: Relay) {
  return [
    { label: "Last event", value: lastEventAt ? <Time at={lastEventAt} /> : "None yet" },
    { label: "Last carried", value: <Time at={carriedAt} /> },
    { label: "Files", value: files.toLocaleString("en") },
  ];
}
