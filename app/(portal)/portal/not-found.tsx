import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { portalTexts } from "#lib/portal/texts.ts";

/** What is not there, or is somebody else's: the two are told in the same words. */
export default async function PortalNotFound() {
  const t = await portalTexts("shell");
  return (
    <>
      <PageHead title={t("missing.title")}>{t("missing.text")}</PageHead>
      <p>
        <LinkButton href={"/portal" as Route}>{t("missing.overview")}</LinkButton>
      </p>
    </>
  );
}
