import type { Route } from "next";
import Link from "next/link";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { HEALTH, HEALTH_WORDS, type Health } from "#lib/deployments/words.ts";

const TONES: Record<Health, StatusTone> = {
  failing: "negative",
  degraded: "caution",
  unknown: "neutral",
  setting_up: "neutral",
  healthy: "positive",
};

/** The sites by how they stand; each number leads to those sites. */
export function HealthStrip({ health }: { health: Readonly<Record<Health, number>> }) {
  return (
    <ul
      aria-label="Sites by health"
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 lg:grid-cols-5"
    >
      {HEALTH.map((one) => (
        <li key={one} className="bg-surface max-lg:last:col-span-full">
          <Link
            href={`/deployments?health=${one}` as Route}
            className="grid gap-0.5 px-4 py-3 transition-colors duration-100 -outline-offset-2 hover:bg-hover"
          >
            <Status tone={health[one] === 0 ? "neutral" : TONES[one]}>{HEALTH_WORDS[one]}</Status>
            <span className="font-semibold text-2xl tabular-nums">{health[one].toLocaleString("en")}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
