"use client";

import { CircleCheck, CircleX, Minus } from "lucide-react";
import { useLocale } from "use-intl";
import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { cx } from "#components/ui/cx.ts";
import type { LdapProbe, LdapProbeStep } from "#lib/drivers/ldap-port.ts";
import { writtenDay } from "#lib/portal/texts/dates.ts";

const RESULTS = {
  passed: { Icon: CircleCheck, look: "text-positive" },
  failed: { Icon: CircleX, look: "text-negative" },
  skipped: { Icon: Minus, look: "text-muted" },
};

/** How far a trial of directory servers came, step by step, and whom it found. */
export function ProbeResult({ probe, kind }: { probe: LdapProbe; kind: string }) {
  const t = useTexts("ldap");
  const contexts = probe.root?.namingContexts ?? [];
  const missed = probe.steps.some(({ id, result }) => id !== "account" && result === "failed");
  return (
    <div className="grid gap-4">
      <Callout tone={probe.passed ? "positive" : "negative"}>{t(probe.passed ? "passed" : "failed")}</Callout>
      {probe.servers.map(({ server, steps }) => (
        <section key={server} aria-label={server} className="grid gap-1">
          <h3 className="font-medium font-mono text-sm [overflow-wrap:anywhere]">{server}</h3>
          <Steps steps={steps} />
        </section>
      ))}
      <Steps steps={probe.steps} />
      {missed && contexts.length > 0 && (
        <div className="grid gap-1 text-sm">
          <p>{t("contexts")}</p>
          <ul className="grid gap-0.5">
            {contexts.map((context) => (
              <li key={context}>
                <code className="select-all text-xs [overflow-wrap:anywhere]">{context}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {probe.root?.activeDirectory && kind === "standard" && (
        <Callout tone="caution">{t("looks_ad")}</Callout>
      )}
      <Found
        title={t("people")}
        rows={probe.people.map(({ dn, username, email, name }) => ({
          dn,
          name: name || username || dn,
          more: [username, email].filter(Boolean).join(", "),
        }))}
      />
      <Found title={t("groups")} rows={probe.groups.map(({ dn, name }) => ({ dn, name, more: dn }))} />
    </div>
  );
}

function Found({ title, rows }: { title: string; rows: { dn: string; name: string; more: string }[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="grid gap-1.5">
      <h3 className="font-medium text-sm">{title}</h3>
      <ul className="grid gap-1 text-sm">
        {rows.map(({ dn, name, more }) => (
          <li key={dn} className="flex flex-wrap gap-x-3">
            <span>{name}</span>
            <span className="text-muted [overflow-wrap:anywhere]">{more}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Steps({ steps }: { steps: LdapProbeStep[] }) {
  const t = useTexts("ldap");
  const say = useSentences();
  return (
    <ol className="grid">
      {steps.map((step) => {
        const { Icon, look } = RESULTS[step.result];
        return (
          <li key={step.id} className="flex gap-2.5 border-line border-b py-2 last:border-0">
            <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", look)} />
            <div className="grid min-w-0 gap-0.5 text-sm">
              <span className="font-medium">
                {t(`steps.${step.id}`)}
                <span className="sr-only">{`: ${t(`result.${step.result}`)}`}</span>
              </span>
              <span className="text-muted [overflow-wrap:anywhere]">{say(step)}</span>
              <Certificate step={step} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** Whose certificate the server showed: what its administrators recognise it by. */
function Certificate({ step }: { step: LdapProbeStep }) {
  const t = useTexts("ldap");
  const locale = useLocale();
  const { subject, issuer, not_after: until, fingerprint_sha256: fingerprint } = step.facts;
  if (step.id !== "encryption" || typeof subject !== "string") return null;
  return (
    <span className="grid gap-0.5 text-xs">
      <span className="[overflow-wrap:anywhere]">
        {`${t("certificate")}: ${subject}, ${t("issued_by", { issuer: String(issuer) })}, ${t("until", {
          date: writtenDay(new Date(String(until)), locale),
        })}`}
      </span>
      <code className="text-muted [overflow-wrap:anywhere]">{String(fingerprint)}</code>
    </span>
  );
}

/** What a step found, in a sentence: by its code, and where that has none, in the service's own words. */
function useSentences() {
  const t = useTexts("ldap");
  const locale = useLocale();
  return ({ id, result, code, message, facts }: LdapProbeStep): string => {
    const shared = result === "skipped" && code === "not_reached";
    const exact = facts.more === true && code === "found" ? "many" : code;
    const keys = shared
      ? ["codes.not_reached"]
      : [`codes.${id}.${exact}`, `codes.${code}`, `codes.${id}.other`];
    const key = keys.find((each) => t.has(each as Parameters<typeof t>[0]));
    if (!key) return message;
    const words = Object.entries(facts).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : typeof value === "boolean" ? String(value) : value,
    ]);
    const until = facts.not_after ? writtenDay(new Date(String(facts.not_after)), locale) : "";
    const values = { names: "", issuer: "", ...Object.fromEntries(words), message, until };
    return t(key as Parameters<typeof t>[0], values as never);
  };
}
