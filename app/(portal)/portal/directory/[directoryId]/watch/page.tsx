import type { Metadata, Route } from "next";
import { SilentSite } from "#components/portal/directory/silent-site.tsx";
import { SyncAgain } from "#components/portal/directory/sync-again.tsx";
import { Watching } from "#components/portal/directory/watching.tsx";
import { StepFrame, StepNav } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { markFirstSync } from "#lib/portal/directory/commands.ts";
import { getDirectorySetup, watchOwnDirectory } from "#lib/portal/directory/queries.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("shell"))("steps.directory.first_sync") };
}

/** People and groups as they arrive. The page looks again by itself. */
export default async function WatchDirectoryPage({
  params,
}: PageProps<"/portal/directory/[directoryId]/watch">) {
  const { directoryId } = await params;
  const setup = await requireSetup("dsync");
  const { name, guide, isLdap } = await orNotFound(async () =>
    getDirectorySetup(setup, directoryId, await readLocale()),
  );
  const live = await watchOwnDirectory(setup, directoryId);
  const seen = live.state === "answered" ? live.seen : null;
  const someone = seen !== null && seen.usersActive + seen.usersInactive > 0;
  if (someone) await markFirstSync(setup);
  const t = await portalTexts("directory");
  const called = guide?.name ?? name;
  const at = `/portal/directory/${directoryId}`;
  return (
    <StepFrame
      title={t("watch.title")}
      lead={isLdap ? t("watch.lead_ldap") : t("watch.lead_scim", { name: called })}
    >
      {seen ? <Watching seen={seen} name={called} isLdap={isLdap} /> : <SilentSite />}
      <StepNav back={{ href: `${at}/connect`, label: isLdap ? t("watch.settings") : t("watch.back") }}>
        <Texts {...(await textsFor("directory"))}>{isLdap && <SyncAgain directoryId={directoryId} />}</Texts>
        <LinkButton href={`${at}/roles` as Route} variant={someone ? "primary" : "secondary"}>
          {t("watch.next")}
        </LinkButton>
      </StepNav>
      <RefreshWhile busy />
    </StepFrame>
  );
}
