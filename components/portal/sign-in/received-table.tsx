"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { ReceivedAttribute } from "#lib/drivers/revision-port.ts";
import { FIELDS } from "#lib/portal/sign-in/shape.ts";

/** Each attribute that was received, beside what becomes of it. */
export function ReceivedTable({ received }: { received: readonly ReceivedAttribute[] }) {
  const t = useTexts("connection");
  if (received.length === 0) return <p className="px-4 py-3 text-muted text-sm">{t("received.none")}</p>;
  const cell = "px-4 py-2 max-sm:block max-sm:py-0.5";
  const becomes = (field: string) => {
    const known = FIELDS.find((each) => each === field);
    return known ? t(`mapping.fields.${known}`) : field;
  };
  return (
    <table className="w-full border-collapse text-sm max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="border-line border-b text-left text-muted text-xs">
          <th scope="col" className="px-4 py-1.5 font-medium">
            {t("received.attribute")}
          </th>
          <th scope="col" className="px-4 py-1.5 font-medium">
            {t("received.value")}
          </th>
          <th scope="col" className="px-4 py-1.5 font-medium">
            {t("received.becomes")}
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {received.map(({ name, friendlyName, values, fields }) => (
          <tr key={name} className="border-line border-b align-top last:border-0 max-sm:block max-sm:py-2">
            <td className={cell}>
              <code className="text-xs [overflow-wrap:anywhere]">{name}</code>
              {friendlyName && friendlyName !== name && (
                <span className="block text-muted text-xs">{friendlyName}</span>
              )}
            </td>
            <td className={`${cell} [overflow-wrap:anywhere]`}>{values.join(", ")}</td>
            <td className={`${cell} text-muted`}>
              {fields.length > 0 ? fields.map(becomes).join(", ") : t("received.unused")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
