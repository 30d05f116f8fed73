import { type ToldEvent, tellEvent } from "#lib/audit/words.ts";

/** Who did what to what, with actor and target set apart. */
export function EventSentence({ event }: { event: ToldEvent }) {
  const { actor, before, target, after } = tellEvent(event);
  const words = [actor, before, target, after].filter(Boolean).join(" ");
  return (
    <span title={words} className="font-normal">
      <span className="font-medium">{actor}</span> <span className="text-muted">{before}</span>
      {target && <> {target}</>}
      {after && <span className="text-muted"> {after}</span>}
    </span>
  );
}
