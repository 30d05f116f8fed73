"use client";

import { useLocale } from "use-intl";
import type { IntakeWords } from "#components/connections/intake-words.ts";
import { useTexts } from "#components/portal/texts.tsx";
import type { Finding } from "#lib/drivers/reading-port.ts";
import { writtenDay } from "#lib/portal/texts/dates.ts";

/** What is said where a provider's description is taken in, in the visitor's language. */
export function useIntakeWords(): IntakeWords {
  const t = useTexts("metadata");
  const locale = useLocale();
  const date = (at: Date) => writtenDay(at, locale);
  return {
    drop: t("drop"),
    dropNow: t("drop_now"),
    chooseFile: t("choose_file"),
    tooLarge: t("too_large"),
    address: t("address"),
    addressHint: t("address_hint"),
    fetch: t("fetch"),
    paste: t("paste"),
    pasteHint: t("paste_hint"),
    reading: t("reading"),
    unusable: t("unusable"),
    chooseProvider: t("choose_provider"),
    understood: t("understood"),
    issuer: t("issuer"),
    issuerHint: t("issuer_hint"),
    check: t("check"),
    facts: {
      name: t("facts.name"),
      entityId: t("facts.entityId"),
      nameIdFormats: t("facts.nameIdFormats"),
      algorithms: t("facts.algorithms"),
      attributes: t("facts.attributes"),
      validUntil: t("facts.validUntil"),
      scopes: t("facts.scopes"),
      keys: t("facts.keys"),
      none: t("facts.none"),
    },
    endpoint: (use, binding) => {
      const name = said(t, `endpoints.${use}`) ?? use;
      return binding ? `${name} (${said(t, `bindings.${binding}`) ?? binding})` : name;
    },
    certificates: t("certificates"),
    certificateUse: (use) => said(t, `uses.${use}`) ?? use,
    issuedBy: (issuer) => t("issued_by", { issuer: issuer || t("nobody") }),
    certificateEnds: (at) => t("valid_until", { date: date(at) }),
    date,
    fingerprint: t("fingerprint"),
    copyFingerprint: { copy: t("copy_fingerprint"), copied: t("copied_fingerprint") },
    finding: (finding) => findingIn(t, date, finding),
  };
}

type MetadataTexts = ReturnType<typeof useTexts<"metadata">>;

/** By its code, in the visitor's language; where there are no words for it, as the service said it. */
function findingIn(t: MetadataTexts, date: (at: Date) => string, { code, values, message, mend }: Finding) {
  const shown = {
    ...values,
    ...(values.use === undefined ? {} : { use: values.use.trim() || "both" }),
    ...(values.date === undefined ? {} : { date: date(new Date(values.date)) }),
  };
  return {
    message: said(t, `findings.${code}.message`, shown) ?? message,
    mend: said(t, `findings.${code}.mend`, shown) ?? (said(t, `findings.${code}.message`, shown) ? "" : mend),
  };
}

/** A text whose key comes from elsewhere; null where there is none. */
function said(t: MetadataTexts, key: string, values: Record<string, string> = {}): string | null {
  const known = key as Parameters<MetadataTexts>[0];
  return t.has(known) ? t(known, values as never) : null;
}
