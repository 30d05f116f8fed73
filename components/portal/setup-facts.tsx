import { portalDate, portalTexts } from "#lib/portal/texts.ts";

export interface SetupFactsOf {
  organizationName: string;
  /** Empty: an application asked. */
  createdByName: string;
  expiresAt: Date;
}

interface SetupFactsProps {
  link: SetupFactsOf;
  className?: string;
}

/** For whom the set-up is, who asked for it, and for how long it stands. */
export async function SetupFacts({ link, className }: SetupFactsProps) {
  const t = await portalTexts("shell");
  const facts = [
    [t("facts.organization"), link.organizationName],
    [t("facts.asked_by"), link.createdByName || t("facts.application")],
    [t("facts.valid_until"), await portalDate(link.expiresAt)],
  ];
  return (
    <section aria-label={t("facts.label")} className={className}>
      <dl className="grid gap-3 border-line border-t px-2.5 pt-4 text-xs">
        {facts.map(([label, value]) => (
          <div key={label} className="grid gap-0.5">
            <dt className="text-muted">{label}</dt>
            <dd className="[overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
