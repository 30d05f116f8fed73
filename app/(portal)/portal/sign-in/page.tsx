import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { OwnConnections } from "#components/portal/sign-in/own-connections.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireSetup } from "#lib/portal/setup.ts";
import { listOwnConnections } from "#lib/portal/sign-in/queries.ts";
import { portalTexts } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await portalTexts("connection");
  return { title: t("list.title") };
}

/** How the organization's people sign in so far, and what there is to go on with. */
export default async function SignInPage() {
  const setup = await requireSetup("sso", "certificate_renewal");
  const maySetUp = setup.purposes.includes("sso");
  const connections = await listOwnConnections(setup);
  if (connections.length === 0 && maySetUp) redirect("/portal/sign-in/new");
  const t = await portalTexts("connection");
  const { organizationName: organization } = setup;
  const shown = maySetUp ? connections : connections.filter(({ isRenewable }) => isRenewable);
  return (
    <>
      <PageHead title={t("list.title")}>{t("list.lead", { organization })}</PageHead>
      {shown.length === 0 ? (
        <EmptyState title={t("list.none")}>{t("list.noneText", { organization })}</EmptyState>
      ) : (
        <OwnConnections connections={shown} maySetUp={maySetUp} />
      )}
      {maySetUp && (
        <p>
          <LinkButton href={"/portal/sign-in/new" as Route}>{t("list.another")}</LinkButton>
        </p>
      )}
    </>
  );
}
