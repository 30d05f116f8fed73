import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { RequestView } from "#lib/change-requests/queries.ts";
import { CHANGE_WORDS } from "#lib/change-requests/words.ts";
import { DropChange } from "./drop-change.tsx";

type Change = RequestView["changes"][number];

/** What the request is made of, and what stops working without each of its doors. */
export function RequestChanges({ request, mayEdit }: { request: RequestView; mayEdit: boolean }) {
  const { changes, simulation } = request;
  const told = (index: number) => [
    ...(simulation?.problems ?? [])
      .filter((problem) => problem.index === index)
      .map(({ sentence }) => sentence),
    ...(simulation?.findings ?? [])
      .filter((finding) => finding.index === index)
      .map(({ sentence }) => sentence),
  ];
  return (
    <Card
      flush
      title="What it changes"
      description={changes.length === 1 ? "1 change" : `${changes.length.toLocaleString("en")} changes`}
    >
      {changes.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted text-sm">
          Nothing is in it yet. Add rules, or change them, on the allowlist: they are put here.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {changes.map((change, index) => (
            <ChangeLine
              key={change.subject}
              change={change}
              told={told(index)}
              drop={
                mayEdit && <DropChange requestId={request.id} subject={change.subject} text={change.text} />
              }
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

function ChangeLine({ change, told, drop }: { change: Change; told: string[]; drop: ReactNode }) {
  const { word, tone } = CHANGE_WORDS[change.kind];
  return (
    <li className="flex break-inside-avoid items-start gap-3 px-4 py-3">
      <span className="w-20 shrink-0">
        <Badge tone={tone}>{word}</Badge>
      </span>
      <div className="grid min-w-0 flex-1 gap-1 text-sm">
        <p className="font-medium [overflow-wrap:anywhere]">{change.text}</p>
        {change.before && (
          <p className="text-muted text-xs [overflow-wrap:anywhere]">
            Before: <del>{change.before}</del>
          </p>
        )}
        {change.purpose && <p className="[overflow-wrap:anywhere]">{change.purpose}</p>}
        {change.without && (
          <p className="text-muted text-xs">
            <span className="font-medium">Without it:</span> {change.without}
          </p>
        )}
        {change.details.length > 0 && (
          <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-muted text-xs">
            {change.details.map(({ label, before, after }) => (
              <li key={label} className="[overflow-wrap:anywhere]">
                {label}:{" "}
                {before !== null && (
                  <>
                    <del>{before}</del> →{" "}
                  </>
                )}
                {after}
              </li>
            ))}
          </ul>
        )}
        {told.map((sentence) => (
          <p key={sentence} className="text-caution text-xs [overflow-wrap:anywhere]">
            {sentence}
          </p>
        ))}
      </div>
      {drop}
    </li>
  );
}
