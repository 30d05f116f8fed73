"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { Guide } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { Marked } from "./marked.tsx";

/** What the product shows that the form here asks for. */
export function GuideBack({ guide, values }: { guide: Guide; values: GuideValues }) {
  const say = useTexts("guides");
  return (
    <dl className="grid gap-3 text-sm print:block">
      {guide.back.map(({ what, label, say: sentence, optional }) => (
        <div
          key={what}
          className="grid break-inside-avoid gap-x-4 gap-y-0.5 sm:grid-cols-[14rem_minmax(0,1fr)]"
        >
          <dt className="font-medium">
            {say(`what.${what}`)}
            {optional && <span className="block font-normal text-muted text-xs">{say("backOptional")}</span>}
          </dt>
          <dd className="grid gap-0.5">
            <span className="text-muted text-xs">{say("backAs", { product: guide.name, label })}</span>
            <span>
              <Marked text={sentence} values={values} />
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
