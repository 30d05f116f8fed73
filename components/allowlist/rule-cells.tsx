import { ArrowDownLeft, ArrowUpRight } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import { dateWords } from "#components/ui/time-words.ts";
import type { RuleRow } from "#lib/allowlist/queries.ts";
import type { RuleState } from "#lib/allowlist/schema.ts";
import { CARRIER_WORDS, DIRECTION_WORDS, STATE_WORDS, wordsOfUse } from "./words.ts";

export function directionCell({ direction }: RuleRow) {
  const Icon = direction === "egress" ? ArrowUpRight : ArrowDownLeft;
  return (
    <span className="flex items-center gap-1.5">
      <Icon aria-hidden className="size-3.5 text-muted" />
      {DIRECTION_WORDS[direction]}
    </span>
  );
}

export function peerCell({ peerKind, peer, peerName, hosts }: RuleRow) {
  const title = hosts.length > 0 ? `${peer}: ${hosts.join(", ")}` : peer;
  if (peerKind !== "address_set")
    return (
      <code className="text-xs" title={title}>
        {peer}
      </code>
    );
  return (
    <span className="flex items-center gap-1.5" title={title}>
      {peerName} <Badge tone="outline">set</Badge>
    </span>
  );
}

export function serviceCell({ protocol, ports }: RuleRow) {
  return <code className="text-xs">{[protocol, ports].filter(Boolean).join(" ")}</code>;
}

/** Shorter than its text mostly is, so that state, owner and actions stay in sight; the title holds all of it. */
export function purposeCell({ purpose }: RuleRow) {
  return (
    <span title={purpose} className="block max-w-72 truncate">
      {purpose}
    </span>
  );
}

export function carrierCell({ carriedBy }: RuleRow) {
  if (carriedBy === "application") return <span className="text-muted">{CARRIER_WORDS.application}</span>;
  return <Badge tone="accent">{CARRIER_WORDS.user_browser}</Badge>;
}

const TONES: Record<RuleState, StatusTone> = {
  open: "positive",
  expiring: "caution",
  expired: "negative",
  retired: "neutral",
};

export function stateCell({ state, expiresAt, retiredAt, coveredBy }: RuleRow) {
  const at = state === "retired" ? retiredAt : state === "open" ? null : expiresAt;
  return (
    <span className="flex items-center gap-2">
      <Status tone={TONES[state]} reason={at ? dateWords(at) : undefined}>
        {STATE_WORDS[state]}
      </Status>
      {coveredBy && (
        <span
          title={`Covered by the rule “${coveredBy.text}” (${coveredBy.id}): this one opens nothing of its own.`}
        >
          <Badge tone="caution">Covered</Badge>
        </span>
      )}
    </span>
  );
}

/** When it last let something pass, as far as anybody knows. */
export function useCell({ use }: Pick<RuleRow, "use">) {
  if (use.is === "used") return <Time at={use.lastAt} />;
  const { short, long } = wordsOfUse(use);
  return (
    <span className="text-muted" title={long}>
      {short}
    </span>
  );
}
