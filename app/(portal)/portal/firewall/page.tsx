import type { Metadata } from "next";
import { DoctorCard } from "#components/portal/firewall/doctor-card.tsx";
import { DoorCard } from "#components/portal/firewall/door-card.tsx";
import { DoorsFile } from "#components/portal/firewall/doors-file.tsx";
import { Found } from "#components/portal/firewall/found.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { findOwnReport } from "#lib/doctor/queries.ts";
import { hasWordsFor } from "#lib/portal/firewall/codes.ts";
import { listDoors, listFormats } from "#lib/portal/firewall/doors.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { spokenOr } from "#lib/portal/texts/spoken.ts";
import { portalDate, portalTexts, textsFor } from "#lib/portal/texts.ts";
import { readVendor } from "#lib/portal/vendor.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("firewall"))("title") };
}

/** For the firewall team: the doors to open, in their format, and the doctor that sees whether they are. */
export default async function PortalFirewallPage() {
  const setup = await requireSetup();
  const [t, vendor] = [await portalTexts("firewall"), await readVendor()];
  const { doors, more } = await listDoors(setup);
  const report = await findOwnReport(setup.actor, setup.deploymentId);
  // In the visitor's own words where there are any: a newer doctor may know more than this console.
  const locale = await readLocale();
  const troubles = report?.troubles.map((check) => ({
    ...check,
    title: spokenOr(locale, "findings", check.title),
    expected: spokenOr(locale, "findings", check.expected),
    found: spokenOr(locale, "findings", check.found),
    ...(hasWordsFor(check.code) ? { mend: t(`codes.${check.code}`) } : {}),
  }));
  const cards = await Promise.all(
    doors.map(async (door) => ({ door, until: door.expiresAt && (await portalDate(door.expiresAt)) })),
  );
  return (
    <Texts {...(await textsFor("firewall"))}>
      <PageHead title={t("title")}>{t("lead")}</PageHead>
      {doors.length === 0 ? (
        <Callout tone="positive" title={t("none.title")}>
          {t("none.text", { vendor: vendor.name })}
        </Callout>
      ) : (
        <ul className="grid gap-3">
          {cards.map(({ door, until }) => (
            <DoorCard key={door.id} door={door} until={until} />
          ))}
        </ul>
      )}
      {more > 0 && <p className="text-muted text-sm">{t("more", { count: more })}</p>}
      {doors.length > 0 && <DoorsFile formats={listFormats()} />}
      <DoctorCard />
      {report && troubles && <Found row={report.row} troubles={troubles} vendorName={vendor.name} />}
    </Texts>
  );
}
