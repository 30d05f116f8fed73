import { Suspense } from "react";
import { CardsSkeleton } from "#components/environments/cards-skeleton.tsx";
import { BoardPart, type PartLinks } from "#components/portal/board/board-part.tsx";
import { BoardStrip } from "#components/portal/board/board-strip.tsx";
import { Certificates } from "#components/portal/board/certificates.tsx";
import { LastDayCards } from "#components/portal/board/last-day.tsx";
import { SilentEnvironments } from "#components/portal/board/silent-environments.tsx";
import { Texts } from "#components/portal/texts.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { type BoardEnvironment, getBoard, readLastDay } from "#lib/board/queries.ts";
import type { PartKind } from "#lib/board/read.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { TEXTS } from "#lib/portal/texts/index.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** What is set up at this site, how it stands, and what to do next. */
export default async function StatusPage({ params }: PageProps<"/deployments/[deploymentId]/status">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const now = systemClock();
  const { environments, parts, certificates } = await orNotFound(() => getBoard(actor, deploymentId, now));
  const links = linksOf(`/deployments/${deploymentId}`);
  const asked = environments.filter(({ standing }) => standing.code !== "being_set_up");
  return (
    <Texts locale="en" messages={{ board: TEXTS.en.board, trace: TEXTS.en.trace }}>
      <div className="grid min-w-0 gap-5">
        <SilentEnvironments environments={environments} now={now} />
        <BoardStrip label="How everything stands" parts={parts} href={null} now={now} locale="en" />
        <div className="grid min-w-0 items-start gap-5 xl:grid-cols-2">
          <div className="grid min-w-0 gap-5">
            {parts.map((part) => (
              <BoardPart key={part.kind} part={part} links={links[part.kind]} now={now} />
            ))}
          </div>
          <div className="grid min-w-0 gap-5">
            {asked.map((environment) => (
              <Suspense key={environment.id} fallback={<CardsSkeleton label="Asking the environment" />}>
                <LastDay
                  actor={actor}
                  environment={environment}
                  name={asked.length > 1 ? environment.name : null}
                  now={now}
                />
              </Suspense>
            ))}
            <Certificates certificates={certificates} link={links.connection.item} now={now} />
          </div>
        </div>
      </div>
    </Texts>
  );
}

interface LastDayProps {
  actor: Actor;
  environment: BoardEnvironment;
  name: string | null;
  now: Date;
}

/** Asked of the site itself, so it may take a while or fail without taking the page with it. */
async function LastDay({ actor, environment, name, now }: LastDayProps) {
  const day = await readLastDay(actor, environment.id, null, now);
  return <LastDayCards day={day} now={now} {...(name ? { name } : {})} />;
}

function linksOf(at: string): Record<PartKind, PartLinks> {
  return {
    connection: { list: `${at}/connections`, item: `${at}/connections/` },
    directory: { list: `${at}/directories`, item: `${at}/directories/` },
    domain: { list: `${at}/domains`, item: `${at}/domains?domain=` },
    redirect_uri: { list: `${at}/environments`, item: `${at}/environments` },
    setup_link: { list: `${at}/setup-links`, item: `${at}/setup-links` },
  };
}
