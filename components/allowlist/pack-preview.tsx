import { Badge } from "#components/ui/badge.tsx";
import type { PackPreview } from "#lib/allowlist/queries.ts";
import { CARRIER_WORDS } from "./words.ts";

/** What a pack would open, what is open already, and what it leaves out: each with what stops without it. */
export function PackPreviewList({ preview }: { preview: PackPreview }) {
  return (
    <div className="grid gap-4">
      {preview.toAdd.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line">
          {preview.toAdd.map((rule) => (
            <li key={rule.opens + rule.carriedBy} className="grid gap-0.5 px-3 py-2 text-sm">
              <span className="flex flex-wrap items-center gap-2">
                <code className="text-xs">{rule.opens}</code>
                {rule.carriedBy === "user_browser" && (
                  <Badge tone="accent">{CARRIER_WORDS.user_browser}</Badge>
                )}
              </span>
              <span>{rule.purpose}.</span>
              <span className="text-muted text-xs">Without it: {rule.without}</span>
            </li>
          ))}
        </ol>
      )}
      {preview.present.length > 0 && (
        <p className="text-muted text-sm">
          Open already: {preview.present.map((rule) => rule.opens).join("; ")}.
        </p>
      )}
      {preview.leftOut.length > 0 && (
        <div className="grid gap-1 text-sm">
          <p className="font-medium">Left out, because the questions before were left empty</p>
          <ul className="grid gap-1 text-muted">
            {preview.leftOut.map((rule) => (
              <li key={rule.purpose}>
                {rule.purpose}. <span className="text-faint text-xs">{rule.without}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
