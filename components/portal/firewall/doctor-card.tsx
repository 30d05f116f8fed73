"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { ReportDrop } from "#components/doctor/report-drop.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { bringReportAction } from "#lib/portal/firewall/actions.ts";
import type { Brought } from "#lib/portal/firewall/commands.ts";

const COMMAND = "node sallyport-doctor.mjs";

/** The doctor: taken along as one file, run inside, and its report brought back. */
export function DoctorCard() {
  const t = useTexts("firewall");
  const [brought, setBrought] = useState<Brought | null>(null);
  return (
    <Card title={t("doctor.title")} description={t("doctor.lead")} className="print:hidden">
      <ol className="grid gap-4 text-sm">
        <li>
          <a href="/portal/firewall/doctor" download className={buttonClass({ variant: "primary" }, true)}>
            <Download />
            {t("doctor.take")}
          </a>
        </li>
        <li className="grid gap-1.5">
          <span>{t("doctor.run")}</span>
          <span className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
            <code className="min-w-0 flex-1 select-all text-xs [overflow-wrap:anywhere]">{COMMAND}</code>
            <CopyButton
              value={COMMAND}
              label={t("doctor.command")}
              words={{ copy: t("doctor.copy"), copied: t("doctor.copied") }}
            />
          </span>
        </li>
        <li className="grid gap-1.5">
          <span>{t("doctor.bring")}</span>
          <ReportDrop
            action={bringReportAction}
            fields={{}}
            words={{
              drop: t("drop.drop"),
              dropNow: t("drop.now"),
              choose: t("drop.choose"),
              tooLarge: t("drop.too_large"),
              reading: t("drop.reading"),
            }}
            onDone={setBrought}
          />
          <div aria-live="polite" className="contents">
            {brought && (
              <Callout tone={brought === "done" ? "positive" : brought === "known" ? "neutral" : "negative"}>
                {t(`brought.${brought}`)}
              </Callout>
            )}
          </div>
        </li>
      </ol>
    </Card>
  );
}
