import { LogIn } from "lucide-react";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Time } from "#components/ui/time.tsx";
import type { IntakeRow } from "#lib/gateways/intakes/queries.ts";
import { sizeWords } from "../words.ts";
import { IntakeMenu, type MayDoToIntake } from "./intake-menu.tsx";

/** The paths that something outside may send to. */
export function Intakes({ intakes, may }: { intakes: readonly IntakeRow[]; may: MayDoToIntake }) {
  if (intakes.length === 0)
    return (
      <EmptyState icon={<LogIn />} title="Nothing may come in.">
        Pulling events needs no door inwards, and is the better way. Where a webhook or a sign-in callback
        must come in, it has a path here, and everything else is refused.
      </EmptyState>
    );
  return (
    <ul>
      {intakes.map((intake) => (
        <li
          key={intake.id}
          className="flex items-center justify-between gap-4 border-line border-b px-4 py-2.5 last:border-0"
        >
          <div className="grid min-w-0 gap-0.5">
            <code className="text-sm [overflow-wrap:anywhere]">{intake.path}</code>
            <p className="text-muted text-xs [overflow-wrap:anywhere]">
              {intake.kind === "webhook"
                ? `Webhooks of ${intake.environmentName ?? "an environment"}, signed not more than ${intake.toleranceSeconds} seconds ago`
                : `Callbacks, handed on to ${intake.target}`}
              {` · up to ${sizeWords(intake.maxBytes)}`}
              {intake.previousSecretEndsAt && (
                <>
                  {" "}
                  · the secret before counts until <Time at={intake.previousSecretEndsAt} show="absolute" />
                </>
              )}
            </p>
          </div>
          <IntakeMenu intake={intake} may={may} />
        </li>
      ))}
    </ul>
  );
}
