import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { ATTRIBUTE_FIELDS } from "#lib/connections/shape.ts";
import type { ConnectionDetail } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { EditMapping } from "./edit-mapping.tsx";

/** What is taken from the provider for each field of a profile, and which of its groups bring which roles. */
export function MappingCard({
  detail,
  draft,
  canChange,
}: {
  detail: ConnectionDetail;
  draft: Revision | null;
  canChange: boolean;
}) {
  const { connection } = detail;
  const { attributes, customAttributes, roles } = detail.mapping;
  return (
    <Card
      title="Mapping"
      description="Where each field of a profile comes from, and what groups bring."
      actions={
        canChange && (
          <EditMapping
            connection={connection}
            mapping={draft?.mapping ?? detail.mapping}
            drafting={{ live: connection.state !== "draft", draft: draft?.number ?? null }}
          />
        )
      }
    >
      <div className="grid gap-4">
        <KeyValue
          items={[
            ...ATTRIBUTE_FIELDS.map(({ field, label }) => ({
              label,
              value: attributes[field] ? (
                <code className="text-xs">{attributes[field]}</code>
              ) : (
                "By its usual names"
              ),
            })),
            ...Object.entries(customAttributes).map(([field, source]) => ({
              label: field,
              value: <code className="text-xs">{source}</code>,
            })),
          ]}
        />
        <Roles roles={roles} />
      </div>
    </Card>
  );
}

function Roles({ roles }: { roles: ConnectionDetail["mapping"]["roles"] }) {
  if (roles.length === 0)
    return <p className="text-muted text-sm">Roles do not come from the provider’s groups.</p>;
  return (
    <div className="grid gap-1.5">
      <h3 className="font-medium text-sm">Roles from groups</h3>
      <ol className="grid gap-1 text-sm">
        {roles.map(({ group, role }) => (
          <li key={`${group} ${role}`} className="flex flex-wrap items-center gap-2">
            <code className="text-xs [overflow-wrap:anywhere]">{group}</code>
            <span aria-hidden className="text-faint">
              →
            </span>
            <code className="text-xs">{role}</code>
          </li>
        ))}
      </ol>
      <p className="text-muted text-xs">
        The first that matches is the role. Whoever is in none of them is a member.
      </p>
    </div>
  );
}
