import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { SetupLinkRow } from "#lib/setup-links/queries.ts";
import type { LinkState } from "#lib/setup-links/shape.ts";
import { LINK_STATE_WORDS } from "#lib/setup-links/words.ts";

const TONES: Record<LinkState, StatusTone> = {
  waiting: "caution",
  open: "positive",
  finished: "positive",
  expired: "negative",
  revoked: "neutral",
  replaced: "neutral",
};

/** How a link stands: an icon, a word, and who ended it. */
export function LinkStatus({ link }: { link: Pick<SetupLinkRow, "state" | "revokedByName"> }) {
  return (
    <Status
      tone={TONES[link.state]}
      {...(link.state === "revoked" && link.revokedByName ? { reason: `by ${link.revokedByName}` } : {})}
    >
      {LINK_STATE_WORDS[link.state]}
    </Status>
  );
}
