import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { Status } from "#components/ui/status.tsx";
import { requireSetup } from "#lib/portal/setup.ts";
import { partsFor } from "#lib/portal/steps.ts";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";

/** What there is to do, part by part, and how far each has come. */
export default async function PortalPage() {
  const setup = await requireSetup();
  const [t, vendor] = [await portalTexts("shell"), await readVendor()];
  const { organizationName: organization, note } = setup;
  return (
    <>
      <PageHead title={t("welcome.title", { organization })}>
        {t("welcome.lead", { vendor: vendor.name, organization })}
      </PageHead>
      {note && <Callout title={t("facts.note")}>{note}</Callout>}
      <h2 className="sr-only">{t("welcome.parts")}</h2>
      {partsFor(setup.purposes).map((part) => {
        const done = part.steps.filter((step) => setup.progress[step]).length;
        const all = done === part.steps.length;
        return (
          <Card
            key={part.id}
            title={t(`parts.${part.id}`)}
            actions={
              <LinkButton href={part.path as Route} variant={all ? "secondary" : "primary"}>
                {t(all ? "welcome.look_again" : done > 0 ? "welcome.continue" : "welcome.begin")}
              </LinkButton>
            }
          >
            <div className="grid gap-2 text-sm">
              <p className="text-muted">{t(`welcome.about.${part.id}`)}</p>
              <Status tone={all ? "positive" : "neutral"}>
                {all ? t("welcome.all_done") : t("welcome.state", { done, total: part.steps.length })}
              </Status>
            </div>
          </Card>
        );
      })}
      <p className="text-faint text-sm">{t("welcome.leave", { date: await portalDate(setup.expiresAt) })}</p>
    </>
  );
}
