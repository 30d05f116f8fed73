import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { GatewayView, ProcessRow } from "#lib/gateways/queries.ts";
import { GATEWAY_STATES, sizeWords } from "./words.ts";

interface GatewayHealthProps {
  gateway: GatewayView;
  deploymentId: string;
  menu: ReactNode;
}

/** How a gateway stands, by its last reports. */
export function GatewayHealth({ gateway, deploymentId, menu }: GatewayHealthProps) {
  const { tone, word, means } = GATEWAY_STATES[gateway.state];
  const heard = gateway.processes.filter(({ state }) => state !== "silent");
  const sum = (of: "openTunnels" | "allowedLastHour" | "refusedLastHour") =>
    heard.reduce((total, { egress }) => total + (egress?.[of] ?? 0), 0);
  const hasProxy = heard.some(({ egress }) => egress !== null);
  return (
    <Card
      title={
        <Status tone={tone} since={gateway.state === "silent" ? gateway.heardAt : null}>
          {word}
        </Status>
      }
      description={means}
      actions={menu}
    >
      {gateway.previousTokenEndsAt && (
        <Callout tone="caution" className="mb-3">
          The token before still works. It stops <Time at={gateway.previousTokenEndsAt} />.
        </Callout>
      )}
      <KeyValue
        items={[
          {
            label: "Last report",
            value: gateway.heardAt ? <Time at={gateway.heardAt} /> : "None yet",
          },
          {
            label: "Asked last",
            value: gateway.lastAskedAt ? (
              <>
                <Time at={gateway.lastAskedAt} /> from {gateway.lastAskedFrom ?? "an unknown address"}
              </>
            ) : (
              "Never"
            ),
          },
          { label: "Allowlist in force", value: <AllowlistThere {...gateway.allowlist} /> },
          ...(hasProxy
            ? [
                { label: "Open tunnels", value: sum("openTunnels").toLocaleString("en") },
                {
                  label: "Last hour",
                  value: `${sum("allowedLastHour").toLocaleString("en")} let out, ${sum("refusedLastHour").toLocaleString("en")} refused`,
                },
              ]
            : []),
          ...(heard.some(({ intake }) => intake !== null)
            ? [{ label: "Brought in, last hour", value: <BroughtIn processes={heard} /> }]
            : []),
          ...(gateway.buffer
            ? [
                {
                  label: "Buffer",
                  value: `${gateway.buffer.events.toLocaleString("en")} events, ${sizeWords(gateway.buffer.bytes)} of ${sizeWords(gateway.bufferBytesMax)}`,
                },
              ]
            : []),
          {
            label: "Missing events",
            value: gapWords(gateway.gaps),
          },
          {
            label: "Crossings",
            value:
              gateway.sharesStore === null
                ? "None yet"
                : gateway.sharesStore
                  ? "Read where the gateway writes them"
                  : "Sent by the gateway from its own database",
          },
          {
            label: "Made",
            value: (
              <>
                by {gateway.createdByName}, <Time at={gateway.createdAt} />; token of{" "}
                <Time at={gateway.tokenChangedAt} show="date" />.{" "}
                <Link href={`/deployments/${deploymentId}/audit` as Route} className="underline">
                  Audit log
                </Link>
              </>
            ),
          },
        ]}
      />
    </Card>
  );
}

/** What all processes together took in. */
function BroughtIn({ processes }: { processes: readonly ProcessRow[] }) {
  const all = processes.flatMap(({ intake }) => intake ?? []);
  const sum = (of: "webhooksLastHour" | "callbacksLastHour" | "refusedLastHour") =>
    all.reduce((total, intake) => total + intake[of], 0).toLocaleString("en");
  const last = Math.max(...all.map(({ lastWebhookAt }) => lastWebhookAt?.getTime() ?? 0));
  return (
    <>
      {sum("webhooksLastHour")} webhooks, {sum("callbacksLastHour")} callbacks, {sum("refusedLastHour")}{" "}
      refused
      {last > 0 && (
        <>
          ; last webhook <Time at={new Date(last)} />
        </>
      )}
    </>
  );
}

function gapWords(count: number): string {
  if (count === 0) return "None";
  return count === 1 ? "1 gap on record" : `${count.toLocaleString("en")} gaps on record`;
}

/** Whether what is in force at the site is what is wanted. */
function AllowlistThere({ wanted, inForce }: GatewayView["allowlist"]) {
  const digest = (
    <span className="inline-flex items-center gap-1">
      <code className="text-xs" title={wanted}>
        sha256:{wanted.slice(0, 12)}…
      </code>
      <CopyButton value={wanted} label="Change token of the allowlist" />
    </span>
  );
  if (inForce.length === 0)
    return <span className="inline-flex flex-wrap items-center gap-x-2">Not heard; wanted {digest}</span>;
  const same = inForce.length === 1 && inForce[0] === wanted;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Status tone={same ? "positive" : "caution"}>{same ? "As wanted" : "Another one"}</Status>
      {digest}
    </span>
  );
}
