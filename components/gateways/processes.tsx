import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ProcessRow } from "#lib/gateways/queries.ts";
import { GATEWAY_STATES, PART_WORDS } from "./words.ts";

/** Each process of a gateway, as it reported last. */
export function Processes({ processes }: { processes: readonly ProcessRow[] }) {
  if (processes.length === 0) return null;
  return (
    <Card
      title="Processes"
      description="Any number may run beside each other, with one token and one database."
      flush
    >
      <ul>
        {processes.map((process) => (
          <li key={process.name} className="grid gap-1.5 border-line border-b px-4 py-2.5 last:border-0">
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <span className="inline-flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
                <code className="text-sm [overflow-wrap:anywhere]">{process.name}</code>
                <ProcessStatus process={process} />
              </span>
              <span className="text-muted text-xs">
                {process.parts.map((part) => PART_WORDS[part] ?? part).join(", ")} · version {process.version}
                {process.heardFrom && <> · from {process.heardFrom}</>} · started{" "}
                <Time at={process.startedAt} />
              </span>
            </div>
            {process.troubles.map((trouble) => (
              <Callout key={trouble} tone="caution">
                {trouble}
              </Callout>
            ))}
            {process.problem && <Callout tone="negative">{process.problem}</Callout>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ProcessStatus({ process: { state, heardAt } }: { process: ProcessRow }) {
  const { tone, word } = GATEWAY_STATES[state];
  return (
    <Status tone={tone} since={state === "silent" ? heardAt : null}>
      {word}
    </Status>
  );
}
