import { Rss } from "lucide-react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { SourceRow } from "#lib/gateways/sources/queries.ts";
import { type MayDoToSource, SourceMenu } from "./source-menu.tsx";

/** The environments whose events are pulled, and how far each is. */
export function Sources({ sources, may }: { sources: readonly SourceRow[]; may: MayDoToSource }) {
  if (sources.length === 0)
    return (
      <EmptyState icon={<Rss />} title="No events are pulled.">
        Events are asked for from inside, so that no webhook has to be let in. Add an environment of this
        deployment.
      </EmptyState>
    );
  return (
    <ul>
      {sources.map((source) => (
        <li key={source.id} className="border-line border-b px-4 py-3 last:border-0">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <span className="inline-flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium text-sm">{source.environmentName}</span>
              <SourceState source={source} />
            </span>
            <SourceMenu source={source} may={may} />
          </div>
          <KeyValue
            items={[
              { label: "Address", value: source.baseUrl ?? "The environment has none yet" },
              {
                label: "Events",
                value: source.events.length === 0 ? "All" : source.events.join(", "),
              },
              {
                label: "Key",
                value: source.ownKey
                  ? "Its own"
                  : source.hasKey
                    ? "The one that this console drives the environment with"
                    : "None yet: nothing is pulled until there is one",
              },
              ...toldItems(source.told),
            ]}
          />
        </li>
      ))}
    </ul>
  );
}

function SourceState({ source: { pausedAt, told, hasKey, baseUrl } }: { source: SourceRow }) {
  if (pausedAt)
    return (
      <Status tone="neutral" since={pausedAt}>
        Paused
      </Status>
    );
  if (!hasKey || baseUrl === null) return <Status tone="caution">Not ready</Status>;
  if (!told) return <Status tone="neutral">Not heard yet</Status>;
  if (told.problem)
    return (
      <Status tone="negative" reason={told.problem}>
        Failing
      </Status>
    );
  return told.caughtUpAt ? (
    <Status tone="positive">Caught up</Status>
  ) : (
    <Status tone="caution">Catching up</Status>
  );
}

function toldItems(told: SourceRow["told"]) {
  if (!told) return [];
  return [
    {
      label: "Cursor",
      value: told.cursor ? <code className="text-xs">{told.cursor}</code> : "At the beginning",
    },
    {
      label: "Last event",
      value: told.lastEventAt ? <Time at={told.lastEventAt} /> : "None yet",
    },
    {
      label: "Asked last",
      value: told.lastPulledAt ? <Time at={told.lastPulledAt} /> : "Never",
    },
    {
      label: "Lag",
      value: told.caughtUpAt ? (
        <>
          None: there was nothing more <Time at={told.caughtUpAt} />
        </>
      ) : told.lastEventAt ? (
        <>
          There is more than the last event, of <Time at={told.lastEventAt} />
        </>
      ) : (
        "Not known yet"
      ),
    },
  ];
}
