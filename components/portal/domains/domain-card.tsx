"use client";

import { useFormatter } from "use-intl";
import { LookList } from "#components/domains/look-list.tsx";
import { ValueToCopy } from "#components/domains/value-to-copy.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { Domain, DomainLook, DomainVerdict } from "#lib/drivers/domain-port.ts";
import { CheckNow, TakeBack } from "./domain-deeds.tsx";

interface DomainCardProps {
  domain: Domain;
  tellsLooks: boolean;
  askName: string;
}

const STATES: Record<Domain["state"], StatusTone> = {
  verified: "positive",
  pending: "caution",
  failed: "negative",
};

/** One domain: how it stands, the record to publish, and what was seen of it. */
export function DomainCard({ domain, tellsLooks, askName }: DomainCardProps) {
  const t = useTexts("domains");
  const { name, state, strategy } = domain;
  return (
    <Card
      title={<span className="[overflow-wrap:anywhere]">{name}</span>}
      actions={<Status tone={STATES[state]}>{t(`state.${state}`)}</Status>}
    >
      {state === "verified" ? (
        <p className="text-muted text-sm">{t(`verified.${strategy}`)}</p>
      ) : (
        <div className="grid gap-5">
          {state === "failed" && <Callout tone="caution">{t("failed_hint")}</Callout>}
          <Record domain={domain} />
          <Seen domain={domain} tellsLooks={tellsLooks} askName={askName} />
          <div className="flex flex-wrap justify-end gap-2 print:hidden">
            <TakeBack domainId={domain.id} name={name} />
          </div>
        </div>
      )}
    </Card>
  );
}

function Record({ domain: { name, record } }: { domain: Domain }) {
  const t = useTexts("domains");
  const words = (what: string) => ({
    copy: t("record.copy", { what }),
    copied: t("record.copied", { what }),
  });
  if (!record) return <p className="text-muted text-sm">{t("record.unknown")}</p>;
  const short = record.name.endsWith(`.${name}`) ? record.name.slice(0, -name.length - 1) : null;
  const shown = [
    { label: t("record.name"), value: record.name },
    ...(short ? [{ label: t("record.short"), value: short }] : []),
    { label: t("record.value"), value: record.value },
  ];
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold text-sm">{t("record.title")}</h3>
      <p className="text-muted text-sm">{t("record.text", { domain: name })}</p>
      {shown.map(({ label, value }) => (
        <ValueToCopy key={label} label={label} value={value} words={words(label)} />
      ))}
    </section>
  );
}

function Seen({ domain, tellsLooks, askName }: DomainCardProps) {
  const t = useTexts("domains");
  const { lastLook: look, record } = domain;
  return (
    <section className="grid gap-2">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold text-sm">{t("seen.title")}</h3>
        <CheckNow domainId={domain.id} />
      </header>
      {look ? (
        <LookShown look={look} proof={record?.value ?? ""} askName={askName} />
      ) : (
        <p className="text-muted text-sm">{tellsLooks ? t("seen.never") : t("seen.untold")}</p>
      )}
    </section>
  );
}

const VERDICTS: Record<DomainVerdict, "positive" | "caution" | "negative"> = {
  found: "positive",
  wrong_value: "negative",
  doubled_name: "negative",
  no_record: "caution",
  no_such_domain: "caution",
  no_answer: "negative",
};

function LookShown({ look, proof, askName }: { look: DomainLook; proof: string; askName: string }) {
  const t = useTexts("domains");
  const format = useFormatter();
  const seen = look.names.map(({ name, outcome, records }) => ({
    name,
    outcome: t(`seen.outcome.${outcome}`),
    records: records.map((value) => ({
      value,
      proves: value === proof || proof === `verification_token=${value}`,
    })),
  }));
  const date = format.dateTime(look.at, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: "UTC",
    hourCycle: "h23",
  });
  return (
    <>
      <Callout tone={VERDICTS[look.verdict]} title={t(`seen.verdict.${look.verdict}`)}>
        {t(`seen.advice.${look.verdict}`, { name: askName })}
      </Callout>
      <LookList seen={seen} proof={t("seen.proof")} />
      <p className="text-faint text-xs">
        {t("seen.asked", { resolvers: look.resolvers.join(", ") || t("seen.no_resolver"), date })}
      </p>
    </>
  );
}
