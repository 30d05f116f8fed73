import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { EFFECT_WORDS, STATE_WORDS } from "#lib/change-requests/words.ts";
import type { ChangeEffect, ChangeRequestState } from "#lib/platform/prisma/enums.ts";

const TONES: Record<ChangeRequestState, StatusTone> = {
  draft: "neutral",
  simulated: "neutral",
  proposed: "caution",
  approved: "caution",
  applied: "caution",
  verified: "positive",
  closed: "positive",
  refused: "negative",
  withdrawn: "neutral",
};

/** Where a request stands. */
export function RequestState({ state }: { state: ChangeRequestState }) {
  return <Status tone={TONES[state]}>{STATE_WORDS[state]}</Status>;
}

const EFFECT_TONES: Record<ChangeEffect, BadgeTone> = {
  widening: "caution",
  narrowing: "accent",
  neither: "neutral",
};

/** What a request does to traffic, in a word. */
export function EffectBadge({ effect }: { effect: ChangeEffect }) {
  return <Badge tone={EFFECT_TONES[effect]}>{EFFECT_WORDS[effect]}</Badge>;
}
