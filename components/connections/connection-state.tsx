import { Status, type StatusTone } from "#components/ui/status.tsx";

const STATES: Record<string, { tone: StatusTone; word: string }> = {
  active: { tone: "positive", word: "Active" },
  validating: { tone: "caution", word: "Validating" },
  deleting: { tone: "caution", word: "Being deleted" },
  inactive: { tone: "neutral", word: "Disabled" },
  draft: { tone: "neutral", word: "Draft" },
  requires_type: { tone: "neutral", word: "Not set up" },
};

export function ConnectionState({ state }: { state: string }) {
  const { tone, word } = STATES[state] ?? { tone: "neutral" as const, word: state };
  return <Status tone={tone}>{word}</Status>;
}
