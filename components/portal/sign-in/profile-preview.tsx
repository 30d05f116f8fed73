"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { Badge } from "#components/ui/badge.tsx";
import type { MappedField, MappingPreview } from "#lib/drivers/revision-port.ts";
import { FIELDS } from "#lib/portal/sign-in/shape.ts";

/** The profile and the roles that would come of what was received, each with where it is from. */
export function ProfilePreview({ preview }: { preview: MappingPreview }) {
  const t = useTexts("connection");
  return (
    <dl className="grid">
      {preview.fields.map((field) => (
        <Row key={field.field} label={field.custom ? field.field : t(`mapping.fields.${known(field)}`)}>
          {field.values.length > 0 ? (
            <span className="font-medium">{field.values.join(", ")}</span>
          ) : (
            <span className="text-muted">{t("preview.nothing")}</span>
          )}
          <span className="text-muted text-xs">{source(t, field)}</span>
        </Row>
      ))}
      <Row label={t("preview.roles")}>
        {preview.roles === null ? (
          <span className="text-muted">{t("preview.noRoles")}</span>
        ) : preview.roles.length === 0 ? (
          <span>{t("preview.member")}</span>
        ) : (
          <span className="flex flex-wrap gap-1.5">
            {preview.roles.map(({ role, group }) => (
              <Badge key={role}>{group ? t("preview.roleOf", { role, group }) : role}</Badge>
            ))}
          </span>
        )}
      </Row>
    </dl>
  );
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-0.5 border-line border-b py-2 last:border-0 sm:grid-cols-[10rem_minmax(0,1fr)]">
      <dt className="text-muted text-sm">{label}</dt>
      <dd className="grid min-w-0 gap-0.5 text-sm [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function known({ field }: MappedField): (typeof FIELDS)[number] {
  return FIELDS.find((each) => each === field) ?? "idpId";
}

function source(
  t: ReturnType<typeof useTexts<"connection">>,
  { attribute, mapped, values }: MappedField,
): string {
  if (attribute) return t("preview.from", { attribute });
  if (values.length > 0) return t("preview.together");
  return mapped ? t("preview.missing", { attribute: mapped }) : t("preview.usualMissing");
}
