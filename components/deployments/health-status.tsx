import { Status, type StatusTone } from "#components/ui/status.tsx";
import { HEALTH_WORDS, type Health } from "#lib/deployments/words.ts";

const TONES: Record<Health, StatusTone> = {
  failing: "negative",
  degraded: "caution",
  unknown: "neutral",
  setting_up: "neutral",
  healthy: "positive",
};

interface HealthStatusProps {
  health: Health;
  reason: string | null;
  archivedAt: Date | null;
}

/** How a deployment stands, and the first cause. */
export function HealthStatus({ health, reason, archivedAt }: HealthStatusProps) {
  if (archivedAt) {
    return (
      <Status tone="neutral" since={archivedAt}>
        Archived
      </Status>
    );
  }
  return (
    <Status tone={TONES[health]} reason={reason ?? undefined}>
      {HEALTH_WORDS[health]}
    </Status>
  );
}
