"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { filled, type GuideValues, missingIn } from "#lib/guides/shape.ts";

interface ValueProps {
  text: string;
  values: GuideValues;
  /** The field that it goes into, for those who do not see the table. */
  label: string;
}

/** What goes into a field, to copy with one click. */
export function Value({ text, values, label }: ValueProps) {
  const say = useTexts("guides");
  const [missing] = missingIn(text, values);
  if (missing)
    return <span className="text-muted">{say("missing", { what: say(`placeholders.${missing}`) })}</span>;
  const value = filled(text, values);
  return (
    <span className="flex min-w-0 items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-2 print:border-0 print:bg-transparent print:p-0">
      <code className="min-w-0 flex-1 select-all py-0.5 text-xs [overflow-wrap:anywhere]">{value}</code>
      <CopyButton
        value={value}
        label={label}
        words={{ copy: say("copy", { what: label }), copied: say("copied", { what: label }) }}
        className="shrink-0 print:hidden"
      />
    </span>
  );
}
