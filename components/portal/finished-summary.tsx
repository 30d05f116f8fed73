import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";
import type { LookedAt } from "#lib/setup-links/looking.ts";
import { PrintButton } from "./print-button.tsx";
import { ReturnLink } from "./return-link.tsx";
import { SetupFacts } from "./setup-facts.tsx";
import { Summary } from "./summary.tsx";

/** What was done through a link that is finished: to keep, or to print. */
export async function FinishedSummary({ link }: { link: LookedAt }) {
  const t = await portalTexts("shell");
  const times = [
    [t("finish.began_at"), link.openedAt],
    [t("finish.finished_at"), link.finishedAt],
  ] as const;
  return (
    <>
      <PageHead title={t("finish.done_title")} actions={<PrintButton label={t("finish.print")} />}>
        {t("finish.done_lead")}
      </PageHead>
      <ReturnLink to={link.successUrl ?? link.returnUrl} />
      <Card title={link.organizationName}>
        <div className="grid gap-4">
          <dl className="grid gap-1 text-sm">
            {times.map(([label, at]) => (
              <div key={label} className="flex flex-wrap justify-between gap-x-4">
                <dt className="text-muted">{label}</dt>
                <dd>{at && portalDate(at)}</dd>
              </div>
            ))}
          </dl>
          <Summary link={link} />
        </div>
      </Card>
      <SetupFacts link={link} />
    </>
  );
}
