import { Time } from "#components/ui/time.tsx";
import type { StreamRow } from "#lib/gateways/streams/queries.ts";
import { type EnvironmentOption, toldOfWords } from "../words.ts";
import { type MayDoToStream, StreamMenu } from "./stream-menu.tsx";

interface StreamsProps {
  streams: readonly StreamRow[];
  environments: readonly EnvironmentOption[];
  may: MayDoToStream;
}

/** The applications that follow events by themselves. */
export function Streams({ streams, environments, may }: StreamsProps) {
  if (streams.length === 0)
    return (
      <p className="px-4 py-3 text-muted text-sm">
        None. An application that would rather ask than be called follows events from here.
      </p>
    );
  return (
    <ul>
      {streams.map((stream) => (
        <li
          key={stream.id}
          className="flex items-center justify-between gap-4 border-line border-b px-4 py-2.5 last:border-0"
        >
          <div className="grid min-w-0 gap-0.5">
            <span className="font-medium text-sm [overflow-wrap:anywhere]">{stream.name}</span>
            <p className="text-muted text-xs [overflow-wrap:anywhere]">
              {toldOfWords(stream, environments)} · added by {stream.createdByName},{" "}
              <Time at={stream.createdAt} show="date" />
              {stream.previousTokenEndsAt && (
                <>
                  {" "}
                  · the token before works until <Time at={stream.previousTokenEndsAt} show="absolute" />
                </>
              )}
            </p>
          </div>
          <StreamMenu stream={stream} environments={environments} may={may} />
        </li>
      ))}
    </ul>
  );
}
