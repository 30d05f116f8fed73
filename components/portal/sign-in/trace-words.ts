"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { SignInTrace, TraceCheck } from "#lib/drivers/port.ts";

/** What a trace says, in the visitor's language: by the ids of its checks; what has no words there, as the service said it. */
export function useCheckWords() {
  const t = useTexts("trace");
  const said = (check: TraceCheck, part: "name" | "failed"): string | null => {
    const key = `checks.${check.id}.${part}` as Parameters<typeof t>[0];
    if (!t.has(key)) return null;
    const nothing = t("nothing");
    return t(key, { expected: check.expected || nothing, found: check.found || nothing } as never);
  };
  const name = (check: TraceCheck) => said(check, "name") ?? check.name;
  const failed = (check: TraceCheck) => said(check, "failed") ?? check.message;
  return {
    name,
    failed,
    /** Why a sign-in ended, in a sentence. */
    failure(trace: SignInTrace): string {
      const { checks, error } = trace;
      const check = checks.find(({ result }) => result === "failed");
      if (check) return failed(check);
      const attribute = missingIdentifier(trace);
      if (attribute !== null) return t("no_identifier", { attribute });
      if (checks.length === 0 && (error === null || /came back/.test(error))) return t("expired");
      return t("other_error", { message: error ?? "" });
    },
  };
}

/** The attribute by which people are to be known and that did not arrive; null where that is not what is wrong. */
export function missingIdentifier({ checks, preview, state }: SignInTrace): string | null {
  if (state !== "failed" || checks.some(({ result }) => result === "failed")) return null;
  const identifier = preview?.fields.find(({ field }) => field === "idpId");
  return identifier && identifier.values.length === 0 ? (identifier.mapped ?? "NameID") : null;
}
