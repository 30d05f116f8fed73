"use client";

import { GuideChooser } from "#components/portal/guides/guide-chooser.tsx";
import { Texts } from "#components/portal/texts.tsx";
import type { GuideRow } from "#lib/guides/schema.ts";
import type { TextsIn } from "#lib/portal/texts.ts";

/** The guides to choose from, each a page of its own. */
export function GuideList({ guides, texts }: { guides: readonly GuideRow[]; texts: TextsIn }) {
  return (
    <Texts {...texts}>
      <GuideChooser guides={guides} hrefOf={({ id }) => `/guides/${id}?language=${texts.locale}`} />
    </Texts>
  );
}
