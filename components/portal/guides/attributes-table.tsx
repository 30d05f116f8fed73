"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { GuideAttributes } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { Value } from "./value.tsx";

interface AttributesTableProps {
  attributes: GuideAttributes;
  values: GuideValues;
}

/** What the product has to send about a person: under the headings of its own table, and what becomes of it here. */
export function AttributesTable({ attributes, values }: AttributesTableProps) {
  const say = useTexts("guides");
  const { columns, rows } = attributes;
  const cell = "py-2 pr-3 max-sm:block max-sm:py-0.5 max-sm:pr-0";
  const name = "hidden text-muted text-xs max-sm:block";
  return (
    <table className="w-full border-collapse text-sm max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="border-line border-b text-left text-muted text-xs">
          {[columns.name, columns.format, columns.source, say("attributeOf")].map(
            (heading) =>
              heading && (
                <th key={heading} scope="col" className="py-1.5 pr-3 font-medium">
                  {heading}
                </th>
              ),
          )}
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr
            key={`${row.name} ${row.source}`}
            className="break-inside-avoid border-line border-b align-top max-sm:block max-sm:py-2"
          >
            <td className={cell}>
              <span className={name}>{columns.name}</span>
              <Value text={row.name} values={values} label={`${columns.name}: ${row.name}`} />
            </td>
            {columns.format && (
              <td className={cell}>
                <span className={name}>{columns.format}</span>
                {row.format}
              </td>
            )}
            <td className={cell}>
              <span className={name}>{columns.source}</span>
              <code className="text-xs [overflow-wrap:anywhere]">{row.source}</code>
            </td>
            <td className="py-2 text-muted max-sm:block max-sm:py-0.5">
              <span className={name}>{say("attributeOf")}</span>
              {say(`profile.${row.to}`)}
              {row.optional && <span className="block text-xs">{say("optional")}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
