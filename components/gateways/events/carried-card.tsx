import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CarriedView } from "#lib/gateways/carried.ts";
import { TrustCarriers } from "./trust-carriers.tsx";

type Relay = CarriedView["relays"][number];

interface CarriedCardProps {
  gatewayId: string;
  carried: CarriedView;
  mayChange: boolean;
}

/** How far the events are that are carried by hand, on the gateway's side and, as far as it is known, on the other. */
export function CarriedCard({ gatewayId, carried, mayChange }: CarriedCardProps) {
  const { relays, publicKey, trustedKeys } = carried;
  return (
    <Card
      title="Carried by hand"
      description="Signed files take events where no line leads, and receipts come back the same way."
      actions={mayChange && <TrustCarriers gatewayId={gatewayId} trustedKeys={trustedKeys} />}
      flush
    >
      {relays.length === 0 ? (
        <p className="border-line border-b px-4 py-3 text-muted text-sm">
          Nothing was carried yet: “sallyport relay export” at one side writes what is new, and “sallyport
          relay import” at the other takes it in, once each knows the other's key.
        </p>
      ) : (
        <ul>
          {relays.map((relay) => (
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
      )}
      <div className="px-4 py-3">
        <KeyValue
          items={[
            {
              label: "Key of this side",
              value: publicKey ? <CarriedKey value={publicKey} /> : "Made when a file is first written",
            },
            {
              label: "Keys it trusts",
              value:
                trustedKeys.length === 0 ? (
                  "None: files of other gateways are refused"
                ) : (
                  <ul className="grid gap-1">
                    {trustedKeys.map((key) => (
                      <li key={key}>
                        <CarriedKey value={key} />
                      </li>
                    ))}
                  </ul>
                ),
            },
          ]}
        />
      </div>
    </Card>
  );
}

function CarriedKey({ value }: { value: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code className="break-all text-xs">{value}</code>
      <CopyButton value={value} label="Key" />
    </span>
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
