import { z } from "zod";
import { listOf, maybeText, maybeTime, time, words } from "./offline-fields.ts";
import type { ProfileField, SignInTrace } from "./port.ts";
import type { MappingPreview } from "./revision-port.ts";

// Sign-ins that were tried, to the words of the port.

export const TestAnswer = z
  .object({ id: z.string(), url: z.url(), expires_at: time })
  .transform(({ id, url, expires_at }) => ({ id, url: new URL(url), expiresAt: expires_at }));

const strings = z.array(z.string()).default([]);

/** What a test received, beside what the mapping makes of it. */
const PreviewAnswer = z
  .object({
    attributes: z.array(
      z.object({ name: z.string(), friendly_name: maybeText, values: strings, fields: strings }),
    ),
    fields: z.array(
      z.object({
        field: z.string(),
        custom: z.boolean(),
        mapped: maybeText,
        attribute: maybeText,
        values: strings,
      }),
    ),
    roles: z.array(z.object({ role: z.string(), group: maybeText })).nullable(),
  })
  .transform(
    ({ attributes, fields, roles }): MappingPreview => ({
      attributes: attributes.map(({ friendly_name, fields, ...each }) => ({
        ...each,
        friendlyName: friendly_name,
        fields: fields.map(fieldNamed),
      })),
      fields: fields.map(({ field, ...each }) => ({
        ...each,
        field: each.custom ? field : fieldNamed(field),
      })),
      roles,
    }),
  );

/** As the port calls the fields of a profile; custom attributes keep their names. */
function fieldNamed(field: string): string {
  const names: Record<string, ProfileField> = {
    idp_id: "idpId",
    first_name: "firstName",
    last_name: "lastName",
  };
  return names[field] ?? field;
}

const TraceFields = z.object({
  id: z.string(),
  created_at: maybeTime,
  state: z.enum(["pending", "passed", "failed"]),
  checks: z
    .array(
      z.object({
        id: z.string(),
        name: words,
        clause: words,
        result: z.enum(["passed", "failed", "skipped"]),
        expected: words,
        found: words,
        message: words,
      }),
    )
    .nullish(),
  profile: z.object({ email: z.string().nullish(), idp_id: z.string().nullish() }).nullish(),
  purpose: z.enum(["application", "idp_initiated", "test"]).default("application"),
  revision: z.number().nullish(),
  captured_until: maybeTime,
  preview: PreviewAnswer.nullish(),
  error: z.union([z.string(), z.object({ message: z.string() })]).nullish(),
});

export const TraceAnswer = TraceFields.transform(
  (trace): SignInTrace => ({
    id: trace.id,
    at: trace.created_at,
    state: trace.state,
    checks: trace.checks ?? [],
    who: trace.profile?.email ?? trace.profile?.idp_id ?? null,
    error: typeof trace.error === "string" ? trace.error : (trace.error?.message ?? null),
    purpose: trace.purpose,
    revision: trace.revision ?? null,
    preview: trace.preview ?? null,
    capturedUntil: trace.captured_until,
  }),
);
export const TracesAnswer = listOf(TraceAnswer);
