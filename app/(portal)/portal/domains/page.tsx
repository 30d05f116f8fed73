import type { Metadata } from "next";
import { AddDomain } from "#components/portal/domains/add-domain.tsx";
import { DomainCard } from "#components/portal/domains/domain-card.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { markVerified } from "#lib/portal/domains/commands.ts";
import { listPortalDomains } from "#lib/portal/domains/list.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalDate, portalTexts, textsFor } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("domains"))("title") };
}

/** The domains of the organization: the record that proves each, and what was seen of it. */
export default async function PortalDomainsPage() {
  const setup = await requireSetup("domain_verification");
  const [t, vendor] = [await portalTexts("domains"), await readVendor()];
  const { domains, isSilent, asOf, tellsLooks } = await listPortalDomains(setup);
  if (domains.some(({ state }) => state === "verified")) await markVerified(setup);
  const askName = vendor.name;
  return (
    <Texts {...(await textsFor("domains"))}>
      <PageHead title={t("title")}>
        {t("lead")} {t("who")}
      </PageHead>
      {isSilent && (
        <Callout tone="caution" title={t("as_of.title")}>
          {asOf ? t("as_of.text", { date: await portalDate(asOf) }) : t("as_of.nothing")}
        </Callout>
      )}
      {domains.length === 0 && !isSilent && <p className="text-muted text-sm">{t("add.none")}</p>}
      {domains.map((domain) => (
        <DomainCard key={domain.id} domain={domain} tellsLooks={tellsLooks} askName={askName} />
      ))}
      <AddDomain again={domains.length > 0} askName={askName} />
      <RefreshWhile busy={domains.some(({ state }) => state === "pending")} />
    </Texts>
  );
}
