import { OutcomeMark } from "#components/doctor/outcome.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ReportRow } from "#lib/doctor/queries.ts";
import type { CheckResult } from "#lib/doctor/report.ts";
import { portalDate, portalTexts } from "#lib/portal/texts.ts";

interface FoundProps {
  row: ReportRow;
  /** With what to do said in the visitor's language. */
  troubles: readonly CheckResult[];
  vendorName: string;
}

/** What the doctor found that somebody here has to mend. */
export async function Found({ row, troubles, vendorName }: FoundProps) {
  const t = await portalTexts("firewall");
  const { machine, failed, warnings, passed } = row;
  const about = t("report.about", { machine, date: await portalDate(row.ranAt), vendor: vendorName });
  return (
    <Card title={t("report.title")} description={about} flush>
      <p className="px-4 py-3 text-sm">
        {troubles.length === 0
          ? t("report.well", { passed })
          : t("report.counts", { failed, warnings, passed })}
      </p>
      {troubles.length > 0 && (
        <ul className="border-line border-t">
          {troubles.map((check) => (
            <Trouble key={check.id} check={check} />
          ))}
        </ul>
      )}
    </Card>
  );
}

async function Trouble({ check }: { check: CheckResult }) {
  const t = await portalTexts("firewall");
  const { outcome, title, expected, found, mend, ask, door } = check;
  const facts = [
    [t("report.expected"), expected],
    [t("report.found"), found],
    [t("report.mend"), mend],
    door && [
      t("report.door"),
      `${door.ruleId ?? t("report.no_rule")}: ${t(`door.${door.direction}`)}, ${door.protocol} ${door.port} ${door.direction === "egress" ? "→" : "←"} ${door.peer}`,
    ],
    ask && [t("report.ask"), t(`ask.${ask}`)],
  ].filter((fact) => fact !== null);
  return (
    <li className="grid break-inside-avoid gap-1.5 border-line border-b px-4 py-3 text-sm last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <OutcomeMark outcome={outcome} word={t(outcome === "failed" ? "report.failed" : "report.warning")} />
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{title}</span>
      </div>
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[8rem_minmax(0,1fr)]">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted max-sm:text-xs">{label}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere] max-sm:mb-1">{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
