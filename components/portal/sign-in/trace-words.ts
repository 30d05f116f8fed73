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
    failure({ checks, error }: SignInTrace): string {
      const check = checks.find(({ result }) => result === "failed");
      if (check) return failed(check);
      if (checks.length === 0 && (error === null || /came back/.test(error))) return t("expired");
      return t("other_error", { message: error ?? "" });
    },
  };
}
