import { Badge, type BadgeTone } from "#components/ui/badge.tsx";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";

const TONES: Record<DeploymentMode, BadgeTone> = {
  connected: "accent",
  restricted: "neutral",
  air_gapped: "outline",
};

/** How a site reaches the Internet. */
export function ModeBadge({ mode }: { mode: DeploymentMode }) {
  return <Badge tone={TONES[mode]}>{MODE_WORDS[mode]}</Badge>;
}
