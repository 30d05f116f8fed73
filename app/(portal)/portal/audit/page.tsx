import type { Metadata } from "next";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts } from "#lib/portal/texts.ts";
import { DAY_MS, systemClock } from "#lib/shared/clock.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("audit"))("title") };
}

/** The organization's own audit log, to take away. It works without script. */
export default async function PortalAuditPage() {
  const { organizationName: organization } = await requireSetup("audit_logs");
  const t = await portalTexts("audit");
  const now = systemClock();
  const day = (at: Date) => at.toISOString().slice(0, 10);
  return (
    <>
      <PageHead title={t("title")}>{t("lead", { organization })}</PageHead>
      <Card footer={t("days")}>
        <form action="/portal/audit/export" method="get" className="grid gap-4 sm:grid-cols-2">
          <Field label={t("from")} name="from" required>
            <Input type="date" defaultValue={day(new Date(now.getTime() - 30 * DAY_MS))} max={day(now)} />
          </Field>
          <Field label={t("until")} name="until" required>
            <Input type="date" defaultValue={day(now)} max={day(now)} />
          </Field>
          <Button type="submit" variant="primary" className="justify-self-start">
            {t("download")}
          </Button>
        </form>
      </Card>
    </>
  );
}
