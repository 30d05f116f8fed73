import type { Metadata } from "next";
import { PortalRoles } from "#components/portal/directory/portal-roles.tsx";
import { SilentSite } from "#components/portal/directory/silent-site.tsx";
import { WhoGetsWhat } from "#components/portal/directory/who-gets-what.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { OUTCOME_LIST } from "#lib/directory-content/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { listOwnOutcomes, readOwnRolePlan } from "#lib/portal/directory/queries.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("directory"))("roles.title") };
}

/** Which groups give which roles, with a preview of who would get what. */
export default async function PortalRolesPage({
  params,
  searchParams,
}: PageProps<"/portal/directory/[directoryId]/roles">) {
  const { directoryId } = await params;
  const setup = await requireSetup("dsync");
  const live = await orNotFound(() => readOwnRolePlan(setup, directoryId));
  const t = await portalTexts("directory");
  const query = parseListQuery({ change: "any", ...(await searchParams) }, OUTCOME_LIST);
  const people =
    live.state === "answered" && live.plan.draft ? await listOwnOutcomes(setup, directoryId, query) : null;
  return (
    <StepFrame title={t("roles.title")} lead={t("roles.lead")}>
      <Texts {...(await textsFor("directory"))}>
        {live.state === "answered" ? (
          <PortalRoles
            key={live.plan.draft?.version ?? "none"}
            directoryId={directoryId}
            plan={live.plan}
            preview={live.preview}
          >
            {people?.state === "answered" && (
              <WhoGetsWhat
                at={`/portal/directory/${directoryId}/roles`}
                page={people.page}
                query={query}
                roles={live.plan.roles}
              />
            )}
          </PortalRoles>
        ) : (
          <SilentSite />
        )}
      </Texts>
    </StepFrame>
  );
}
