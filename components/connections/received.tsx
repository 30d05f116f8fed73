import { cx } from "#components/ui/cx.ts";
import type { MappedField, MappingPreview, ReceivedAttribute } from "#lib/drivers/revision-port.ts";
import type { PreviewWords } from "./preview-words.ts";

/** Each attribute that a test received, beside the field it fills, and the roles that come of it. */
export function Received({ preview, words }: { preview: MappingPreview; words: PreviewWords }) {
  const unused = preview.attributes.filter(({ fields }) => fields.length === 0);
  return (
    <div className="grid gap-4">
      <section className="grid gap-1.5">
        <h3 className="font-medium text-sm">{words.title}</h3>
        <ul className="grid rounded-md border border-line bg-surface">
          {preview.fields.map((field) => (
            <FieldLine key={`${field.custom} ${field.field}`} field={field} words={words} />
          ))}
        </ul>
      </section>
      <section className="grid gap-1.5">
        <h3 className="font-medium text-sm">{words.rolesTitle}</h3>
        <Roles roles={preview.roles} words={words} />
      </section>
      <section className="grid gap-1.5">
        <h3 className="font-medium text-sm">{words.unusedTitle}</h3>
        {unused.length === 0 ? (
          <p className="text-muted text-sm">{words.unusedNone}</p>
        ) : (
          <ul className="grid rounded-md border border-line bg-surface">
            {unused.map((attribute) => (
              <Unused key={attribute.name} attribute={attribute} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

const LINE =
  "grid gap-x-4 gap-y-0.5 border-line border-b px-3 py-2 text-sm last:border-0 sm:grid-cols-[8rem_minmax(0,1fr)_minmax(0,1.4fr)]";

function FieldLine({ field, words }: { field: MappedField; words: PreviewWords }) {
  const label = field.custom ? field.field : (words.fields[field.field] ?? field.field);
  const source = field.attribute ?? field.mapped;
  return (
    <li className={LINE}>
      <span className="font-medium">{label}</span>
      <span className="text-muted text-xs sm:py-0.5">
        {source ? <code className="[overflow-wrap:anywhere]">{source}</code> : composedOf(field, words)}
        {!field.mapped && source && <span> · {words.byUsualNames}</span>}
      </span>
      <Values values={field.values} none={words.notReceived} warns={field.mapped !== null} />
    </li>
  );
}

/** Where no attribute has it: made of two, or looked for in vain. */
function composedOf({ values }: MappedField, words: PreviewWords): string {
  return values.length > 0 ? words.composed : words.byUsualNames;
}

function Unused({ attribute }: { attribute: ReceivedAttribute }) {
  const { name, friendlyName, values } = attribute;
  return (
    <li className="grid gap-x-4 gap-y-0.5 border-line border-b px-3 py-2 text-sm last:border-0 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <code className="text-xs [overflow-wrap:anywhere]">{friendlyName ?? name}</code>
      <Values values={values} none="" />
    </li>
  );
}

/** A list of values; none where an attribute was asked for by its name is worth a look. */
function Values({ values, none, warns = false }: { values: string[]; none: string; warns?: boolean }) {
  if (values.length === 0)
    return <span className={cx("text-sm", warns ? "text-caution" : "text-faint")}>{none}</span>;
  return <span className="[overflow-wrap:anywhere]">{values.join(", ")}</span>;
}

function Roles({ roles, words }: { roles: MappingPreview["roles"]; words: PreviewWords }) {
  if (roles === null) return <p className="text-muted text-sm">{words.rolesElsewhere}</p>;
  return (
    <ul className="grid gap-1 text-sm">
      {roles.map(({ role, group }) => (
        <li key={role} className="flex flex-wrap items-baseline gap-x-2">
          <code className="text-xs">{role}</code>
          <span className="text-muted text-xs [overflow-wrap:anywhere]">{group ?? words.byDefault}</span>
        </li>
      ))}
    </ul>
  );
}
