import { Status } from "#components/ui/status.tsx";
import { partsFor } from "#lib/portal/steps.ts";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";
import type { LookedAt } from "#lib/setup-links/looking.ts";

/** Every step of a set-up, and when it was done. */
export async function Summary({ link }: { link: LookedAt }) {
  const t = await portalTexts("shell");
  const done = link.progress as Record<string, string>;
  const parts = await Promise.all(
    partsFor(link.purposes).map(async (part) => ({
      ...part,
      rows: await Promise.all(
        part.steps.map(async (step) => ({
          step,
          at: done[step] ? await portalDate(new Date(done[step])) : null,
        })),
      ),
    })),
  );
  return (
    <div className="grid gap-4 text-sm">
      {parts.map((part) => (
        <section key={part.id} className="grid gap-1">
          <h3 className="font-medium">{t(`parts.${part.id}`)}</h3>
          <ul>
            {part.rows.map(({ step, at }) => (
              <li
                key={step}
                className="flex flex-wrap items-center justify-between gap-x-4 border-line border-b py-1.5 last:border-0"
              >
                <Status tone={at ? "positive" : "neutral"}>{t(`steps.${step}`)}</Status>
                <span className="text-muted text-xs">{at ?? t("finish.not_done")}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
