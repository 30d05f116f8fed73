import { Send } from "lucide-react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { EndpointRow } from "#lib/gateways/endpoints/queries.ts";
import { type EnvironmentOption, SIGNATURE_WORDS, toldOfWords } from "../words.ts";
import { EndpointMenu, type MayDoToEndpoint } from "./endpoint-menu.tsx";

interface EndpointsProps {
  endpoints: readonly EndpointRow[];
  environments: readonly EnvironmentOption[];
  may: MayDoToEndpoint;
}

/** Where a gateway hands events over, and how that goes. */
export function Endpoints({ endpoints, environments, may }: EndpointsProps) {
  if (endpoints.length === 0)
    return (
      <EmptyState icon={<Send />} title="Nobody is told of events.">
        An endpoint is an address of an application inside the site. The gateway sends it each event, signed,
        until it is taken.
      </EmptyState>
    );
  return (
    <ul>
      {endpoints.map((endpoint) => (
        <li key={endpoint.id} className="border-line border-b px-4 py-3 last:border-0">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <span className="inline-flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium text-sm">{endpoint.name}</span>
              <EndpointState endpoint={endpoint} />
            </span>
            <EndpointMenu endpoint={endpoint} environments={environments} may={may} />
          </div>
          <KeyValue
            items={[
              { label: "Address", value: <code className="text-xs">{endpoint.url}</code> },
              {
                label: "Told of",
                value: toldOfWords(endpoint, environments),
              },
              {
                label: "Signed",
                value: (
                  <>
                    {SIGNATURE_WORDS[endpoint.signature]}
                    {endpoint.previousSecretEndsAt && (
                      <>
                        , also with the secret before; that ends <Time at={endpoint.previousSecretEndsAt} />
                      </>
                    )}
                  </>
                ),
              },
              {
                label: "Sent",
                value: `${endpoint.inFlight === 1 ? "One" : `Up to ${endpoint.inFlight}`} at once, answered within ${endpoint.timeoutSeconds} s`,
              },
              ...(endpoint.authorityNames.length > 0
                ? [{ label: "Authorities", value: endpoint.authorityNames.join("; ") }]
                : []),
              ...(endpoint.told
                ? [
                    {
                      label: "Waiting",
                      value: `${endpoint.told.waiting.toLocaleString("en")} waiting, ${endpoint.told.dead.toLocaleString("en")} given up`,
                    },
                    {
                      label: "Last delivered",
                      value: endpoint.told.lastDeliveredAt ? (
                        <Time at={endpoint.told.lastDeliveredAt} />
                      ) : (
                        "Nothing yet"
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </li>
      ))}
    </ul>
  );
}

function EndpointState({ endpoint: { pausedAt, pausedByName, told } }: { endpoint: EndpointRow }) {
  if (pausedAt)
    return (
      <Status tone="neutral" since={pausedAt} reason={`by ${pausedByName}`}>
        Paused
      </Status>
    );
  if (!told) return <Status tone="neutral">Not heard yet</Status>;
  if (told.state === "broken")
    return (
      <Status tone="negative" reason="It is tried now and then, and goes on once it answers.">
        Does not answer
      </Status>
    );
  if (told.state === "failing") return <Status tone="caution">Failing</Status>;
  // Resumed here, and not heard of there yet.
  if (told.state === "paused") return <Status tone="caution">Resuming</Status>;
  return <Status tone="positive">Working</Status>;
}
