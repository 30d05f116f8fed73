import type { BadgeTone } from "#components/ui/badge.tsx";
import type { SetIntake, SetVersionState } from "#lib/platform/prisma/enums.ts";

export const INTAKE_WORDS: Record<SetIntake, string> = {
  built_in: "Came with the product",
  url: "Read from its address",
  file: "File",
  carried: "Carried file",
  bundle: "Bundle",
  text: "Written by hand",
};

export const VERSION_STATE_WORDS: Record<SetVersionState, { word: string; tone: BadgeTone }> = {
  proposed: { word: "Proposed", tone: "caution" },
  accepted: { word: "Accepted", tone: "positive" },
  refused: { word: "Refused", tone: "negative" },
  withdrawn: { word: "Withdrawn", tone: "neutral" },
};

export function networksWords(count: number): string {
  return count === 1 ? "1 network" : `${count.toLocaleString("en")} networks`;
}

export function deploymentsWords(count: number): string {
  return count === 1 ? "1 deployment" : `${count.toLocaleString("en")} deployments`;
}

/** "2 more, 1 fewer": what one version has and the other has not, in networks. */
export function differenceWords(added: number, removed: number): string {
  const parts = [
    added > 0 && `+${added.toLocaleString("en")}`,
    removed > 0 && `−${removed.toLocaleString("en")}`,
  ];
  return parts.filter(Boolean).join(" ") || "Same";
}
