"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { type GuideValues, PLACEHOLDERS } from "#lib/guides/shape.ts";

/** The values that go into the provider, where no guide shows them in their places. */
export function ValuesToCopy({ values }: { values: GuideValues }) {
  const t = useTexts("connection");
  const items = PLACEHOLDERS.flatMap((name) => {
    const value = values[name];
    const key = `values.names.${name}` as Parameters<typeof t>[0];
    if (value === undefined || !t.has(key)) return [];
    const what = t(key);
    return [
      {
        label: what,
        value: (
          <span className="flex items-center gap-1">
            <code className="min-w-0 text-xs [overflow-wrap:anywhere]">{value}</code>
            <CopyButton
              value={value}
              label={what}
              words={{ copy: t("values.copy", { what }), copied: t("values.copied", { what }) }}
            />
          </span>
        ),
      },
    ];
  });
  return <KeyValue items={items} />;
}
