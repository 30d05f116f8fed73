import { Callout } from "#components/ui/callout.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { portalTexts } from "#lib/portal/texts.ts";

/** The site does not answer just now; the page looks again by itself. */
export async function SilentSite() {
  const t = await portalTexts("directory");
  return (
    <Callout tone="caution" title={t("watch.silent")}>
      {t("watch.silent_text")}
      <RefreshWhile busy />
    </Callout>
  );
}
