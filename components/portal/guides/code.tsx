"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import type { GuideStep } from "#lib/guides/schema.ts";
import { filled, type GuideValues } from "#lib/guides/shape.ts";

interface CodeProps {
  code: GuideStep["code"][number];
  values: GuideValues;
}

/** Lines for a file or a terminal of theirs, with this connection's own values in place. */
export function Code({ code, values }: CodeProps) {
  const say = useTexts("guides");
  const text = filled(code.text, values);
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-line border-b py-1 pr-1.5 pl-3 font-medium text-muted text-xs">
        <span className="min-w-0 [overflow-wrap:anywhere]">{code.label}</span>
        <CopyButton
          value={text}
          label={code.label}
          words={{ copy: say("copy", { what: code.label }), copied: say("copied", { what: code.label }) }}
          className="shrink-0 print:hidden"
        />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-3 text-xs leading-5 -outline-offset-2 print:whitespace-pre-wrap print:[overflow-wrap:anywhere]"
      >
        {text}
      </pre>
    </figure>
  );
}
