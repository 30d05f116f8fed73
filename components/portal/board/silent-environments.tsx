"use client";

import { useTexts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { BoardEnvironment } from "#lib/board/queries.ts";
import { useWhen } from "./when.tsx";

/** The environments that do not answer: what the board shows of them is old, and says since when. */
export function SilentEnvironments({
  environments,
  now,
}: {
  environments: readonly BoardEnvironment[];
  now: Date;
}) {
  const t = useTexts("board");
  const when = useWhen(now);
  return environments
    .filter(({ standing }) => standing.code === "silent")
    .map(({ id, name, reason, checkedAt }) => (
      <Callout key={id} tone="caution" title={t("environment_silent", { name })}>
        {reason} {checkedAt && t("environment_as_of", { when: when(checkedAt) })}
      </Callout>
    ));
}
