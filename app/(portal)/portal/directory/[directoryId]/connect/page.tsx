import type { Metadata } from "next";
import { Connect } from "#components/portal/directory/endpoint.tsx";
import { SilentSite } from "#components/portal/directory/silent-site.tsx";
import { Tokens } from "#components/portal/directory/tokens.tsx";
import { LdapSourceForm } from "#components/portal/ldap/source-form.tsx";
import { StepFrame } from "#components/portal/sign-in/step-frame.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { orNotFound } from "#lib/platform/page.ts";
import { getDirectorySetup } from "#lib/portal/directory/queries.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("shell"))("steps.directory.connect") };
}

/** How a directory is connected: its endpoint and tokens, or the servers it is read from. */
export default async function ConnectDirectoryPage({
  params,
}: PageProps<"/portal/directory/[directoryId]/connect">) {
  const { directoryId } = await params;
  const setup = await requireSetup("dsync");
  const { name, guide, isLdap, live } = await orNotFound(async () =>
    getDirectorySetup(setup, directoryId, await readLocale()),
  );
  const t = await portalTexts("directory");
  const detail = live.state === "answered" ? live.detail : null;
  return (
    <StepFrame
      title={t("connect.title", { name: guide?.name ?? name })}
      lead={isLdap ? t("ldap.lead") : t("connect.lead")}
    >
      <Texts {...(await textsFor("directory", "ldap", "guides"))}>
        {!detail && <SilentSite />}
        {detail?.source && (
          <LdapSourceForm
            directoryId={directoryId}
            known={detail.source.ldap}
            back={`/portal/directory/${directoryId}/watch`}
          />
        )}
        {detail?.endpoint && (
          <>
            <Tokens tokens={detail.tokens} />
            <Connect guide={guide} directoryId={directoryId} endpoint={detail.endpoint} token={null} />
          </>
        )}
      </Texts>
    </StepFrame>
  );
}
