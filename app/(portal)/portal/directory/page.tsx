import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { listOwnDirectories } from "#lib/portal/directory/queries.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("directory"))("list.title") };
}

/** The directories of the organization, and what there is to go on with. */
export default async function PortalDirectoriesPage() {
  const setup = await requireSetup("dsync");
  const directories = await listOwnDirectories(setup);
  if (directories.length === 0) redirect("/portal/directory/new");
  const t = await portalTexts("directory");
  return (
    <>
      <PageHead title={t("list.title")}>{t("list.lead", { organization: setup.organizationName })}</PageHead>
      {directories.map(({ id, name, usersActive, groupCount }) => (
        <Card
          key={id}
          title={name}
          actions={
            <LinkButton href={`/portal/directory/${id}` as Route} variant="primary">
              {t("list.open")}
            </LinkButton>
          }
        >
          <p className="text-muted text-sm">
            {t("list.counts", { people: usersActive ?? 0, groups: groupCount ?? 0 })}
          </p>
        </Card>
      ))}
      <p>
        <LinkButton href={"/portal/directory/new" as Route}>{t("list.another")}</LinkButton>
      </p>
    </>
  );
}
