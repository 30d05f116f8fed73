import type { Metadata } from "next";
import { BoardPart, type PartLinks } from "#components/portal/board/board-part.tsx";
import { BoardStrip } from "#components/portal/board/board-strip.tsx";
import { Certificates } from "#components/portal/board/certificates.tsx";
import { LastDayCards } from "#components/portal/board/last-day.tsx";
import { Texts } from "#components/portal/texts.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import type { PartKind } from "#lib/board/read.ts";
import { readPortalBoard } from "#lib/portal/board/list.ts";
import { readLocale } from "#lib/portal/language.ts";
import { requireSetup } from "#lib/portal/setup.ts";
import { portalTexts, textsFor } from "#lib/portal/texts.ts";
import { systemClock } from "#lib/shared/clock.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await portalTexts("board"))("title") };
}

/** What is set up for this organization, how it stands, and what to do next. */
export default async function PortalStatusPage() {
  const setup = await requireSetup();
  const t = await portalTexts("board");
  const now = systemClock();
  const { parts, certificates, lastDay, isSilent } = await readPortalBoard(setup, now);
  const measured = parts.filter(({ kind }) => kind !== "redirect_uri");
  return (
    <Texts {...(await textsFor("board", "trace"))}>
      <PageHead title={t("title")}>{t("lead", { organization: setup.organizationName })}</PageHead>
      {isSilent && (
        <Callout tone="caution" title={t("silent.title")}>
          {t("silent.text")}
        </Callout>
      )}
      <BoardStrip label={t("title")} parts={measured} href={null} now={now} locale={await readLocale()} />
      {parts.map((part) => (
        <BoardPart key={part.kind} part={part} links={LINKS[part.kind]} now={now} />
      ))}
      {lastDay && (
        <>
          <LastDayCards day={lastDay} now={now} />
          <Certificates certificates={certificates} link={LINKS.connection.item} now={now} />
        </>
      )}
    </Texts>
  );
}

const LINKS: Record<PartKind, PartLinks> = {
  connection: { list: "/portal/sign-in", item: "/portal/sign-in/" },
  directory: { list: "/portal/directory", item: "/portal/directory" },
  domain: { list: "/portal/domains", item: "/portal/domains" },
  redirect_uri: { list: null, item: null },
  setup_link: { list: null, item: null },
};
