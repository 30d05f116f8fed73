import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { LinkButton } from "#components/ui/button.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { getDirectorySetup } from "#lib/portal/directory/queries.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("directory"))("list.title") };
}

/** Leads to where a directory's set-up was left; where all is done, says so. */
export default async function PortalDirectoryPage({ params }: PageProps<"/portal/directory/[directoryId]">) {
  const { directoryId } = await params;
  const setup = await requireSetup("dsync");
  const { name, isLdap } = await orNotFound(async () =>
    getDirectorySetup(setup, directoryId, await readLocale()),
  );
  const at = `/portal/directory/${directoryId}`;
  if (!setup.progress["directory.connect"] && !isLdap) redirect(`${at}/connect` as Route);
  if (!setup.progress["directory.first_sync"]) redirect(`${at}/watch` as Route);
  if (!setup.progress["directory.roles"]) redirect(`${at}/roles` as Route);
  const t = await portalTexts("directory");
  return (
    <>
      <PageHead title={t("done.title", { name })}>{t("done.lead")}</PageHead>
      <p className="flex flex-wrap gap-2">
        <LinkButton href={`${at}/watch` as Route}>{t("done.watch")}</LinkButton>
        <LinkButton href={`${at}/roles` as Route}>{t("done.roles")}</LinkButton>
        <LinkButton href={`${at}/connect` as Route}>
          {t(isLdap ? "done.settings" : "done.connect")}
        </LinkButton>
        <LinkButton href={"/portal" as Route} variant="primary">
          {t("done.overview")}
        </LinkButton>
      </p>
    </>
  );
}
