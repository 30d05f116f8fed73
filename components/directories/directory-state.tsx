import { Status, type StatusTone } from "#components/ui/status.tsx";

const STATES: Record<string, { tone: StatusTone; word: string }> = {
  active: { tone: "positive", word: "Active" },
  validating: { tone: "caution", word: "Validating" },
  invalid_credentials: { tone: "negative", word: "Credentials refused" },
  deleting: { tone: "caution", word: "Being deleted" },
  inactive: { tone: "neutral", word: "Not heard from yet" },
};

/** How a directory stands. One whose last sync failed is not active, whatever else it is. */
export function DirectoryState({ state, problem }: { state: string; problem: string }) {
  if (problem && state === "active") return <Status tone="negative">Sync failing</Status>;
  const { tone, word } = STATES[state] ?? { tone: "neutral" as const, word: state };
  return <Status tone={tone}>{word}</Status>;
}
