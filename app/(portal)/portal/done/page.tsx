import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FinishedSummary } from "#components/portal/finished-summary.tsx";
import { Summary } from "#components/portal/summary.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { finishAction } from "#lib/portal/actions.ts";
import { currentSetup } from "#lib/portal/setup.ts";
import { partsFor } from "#lib/portal/steps.ts";
import { portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("shell");
  return { title: t("finish.title") };
}

/** The last page: what was done, and the button that closes the link. After that, the summary to keep. */
export default async function DonePage() {
  const found = await currentSetup();
  if (found.state === "closed" && found.why === "finished" && found.link)
    return <FinishedSummary link={found.link} />;
  if (found.state === "closed") redirect("/portal/closed");
  const t = await portalTexts("shell");
  const { progress, purposes } = found.link;
  const done = progress as Record<string, string>;
  const whole = partsFor(purposes).every((part) => part.steps.every((step) => done[step]));
  return (
    <>
      <PageHead title={t("finish.title")}>{t("finish.lead")}</PageHead>
      <Card title={t("finish.summary")}>
        <Summary link={found.link} />
      </Card>
      {!whole && <Callout tone="caution">{t("finish.open_steps")}</Callout>}
      <form action={finishAction} className="flex justify-end">
        <Button type="submit" variant="primary">
          {t("finish.button")}
        </Button>
      </form>
    </>
  );
}
