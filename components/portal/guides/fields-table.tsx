"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { GuideField } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { Marked } from "./marked.tsx";
import { Value } from "./value.tsx";

interface FieldsTableProps {
  fields: readonly GuideField[];
  values: GuideValues;
}

/** The fields of the product's form, numbered as in the drawing, and what goes into each. */
export function FieldsTable({ fields, values }: FieldsTableProps) {
  const say = useTexts("guides");
  return (
    <table className="w-full border-collapse text-sm max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="border-line border-b text-left text-muted text-xs">
          <th scope="col" className="w-1/3 py-1.5 pr-4 font-medium">
            {say("field")}
          </th>
          <th scope="col" className="py-1.5 font-medium">
            {say("value")}
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {fields.map((field, at) => (
          <tr
            key={field.label}
            className="break-inside-avoid border-line border-b align-top max-sm:block max-sm:py-2"
          >
            <th
              scope="row"
              className="py-2 pr-4 text-left font-medium max-sm:block max-sm:py-0.5 max-sm:pr-0"
            >
              <span className="flex items-start gap-2">
                <Mark number={at + 1} />
                <span className="[overflow-wrap:anywhere]">{field.label}</span>
              </span>
            </th>
            <td className="py-2 max-sm:block max-sm:py-0.5 max-sm:pl-7">
              <FieldValue field={field} values={values} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FieldValue({ field, values }: { field: GuideField; values: GuideValues }) {
  const say = useTexts("guides");
  if ("own" in field) return <Marked text={field.own} values={values} />;
  return (
    <div className="grid gap-1">
      {"value" in field && <Value text={field.value} values={values} label={field.label} />}
      {"choose" in field && (
        <span>
          {say.rich("choose", {
            option: field.choose,
            b: (chunks) => <b className="font-semibold">{chunks}</b>,
          })}
        </span>
      )}
      {"set" in field && <span>{say(field.set)}</span>}
      {field.note && (
        <span className="text-muted text-xs">
          <Marked text={field.note} values={values} />
        </span>
      )}
    </div>
  );
}

/** The number that the drawing shows at the same field. */
function Mark({ number }: { number: number }) {
  return (
    <span
      aria-hidden
      className="mt-0.5 grid size-4.5 shrink-0 place-content-center rounded-full bg-accent-soft font-semibold text-2xs text-accent print:border print:border-current"
    >
      {number}
    </span>
  );
}
