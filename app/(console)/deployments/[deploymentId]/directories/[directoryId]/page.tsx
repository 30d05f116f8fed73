import { Suspense } from "react";
import { DirectoryFacts } from "#components/directories/directory-facts.tsx";
import { DirectoryState } from "#components/directories/directory-state.tsx";
import { LiveDirectoryCards } from "#components/directories/live-directory-cards.tsx";
import { DirectoryHead } from "#components/directory-content/directory-head.tsx";
import { CardsSkeleton } from "#components/environments/cards-skeleton.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import {
  type DirectoryPage,
  getDirectory,
  type LiveDirectory,
  readLiveDirectory,
} from "#lib/directories/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DirectoryDetailPage({
  params,
}: PageProps<"/deployments/[deploymentId]/directories/[directoryId]">) {
  const { deploymentId, directoryId } = await params;
  const actor = await requireActor();
  const directory = await orNotFound(() => getDirectory(actor, deploymentId, directoryId));
  const live = readLiveDirectory(actor, directory.id);
  return (
    <div className="grid min-w-0 gap-4">
      {/* Outside what waits: a menu or a dialog that somebody has open stays when the site answers. */}
      <DirectoryHead
        actor={actor}
        directory={directory}
        state={
          <Suspense fallback={<DirectoryState {...directory} />}>
            <LiveState directory={directory} live={live} />
          </Suspense>
        }
      />
      <Suspense fallback={<Shown actor={actor} directory={directory} live={null} />}>
        <Live actor={actor} directory={directory} live={live} />
      </Suspense>
    </div>
  );
}

interface LiveProps {
  directory: DirectoryPage;
  /** Asked of the site itself, so it may take a while or fail without taking the page with it. */
  live: Promise<LiveDirectory>;
}

async function LiveState({ directory, live }: LiveProps) {
  return <DirectoryState {...toldOf(directory, await live)} />;
}

async function Live({ actor, directory, live }: LiveProps & { actor: Actor }) {
  const answer = await live;
  return <Shown actor={actor} directory={toldOf(directory, answer)} live={answer} />;
}

function toldOf(directory: DirectoryPage, live: LiveDirectory): DirectoryPage {
  return live.state === "answered" ? { ...directory, ...live.now } : directory;
}

interface ShownProps {
  actor: Actor;
  directory: DirectoryPage;
  /** Null while the site is being asked: what the console last heard stands there until then. */
  live: LiveDirectory | null;
}

function Shown({ actor, directory, live }: ShownProps) {
  // One that is read from LDAP tells of its problem beside its sync.
  const isToldBelow = live?.state === "answered" && live.detail.source !== null;
  return (
    <>
      {directory.problem && !isToldBelow && (
        <Callout tone="negative" title="The last sync failed.">
          {directory.problem}
          {directory.lastSyncAt && (
            <>
              {" "}
              It last went well <Time at={directory.lastSyncAt} />.
            </>
          )}
        </Callout>
      )}
      <DirectoryFacts directory={directory} />
      {live === null ? (
        <CardsSkeleton label="Asking the environment" />
      ) : (
        <LiveDirectoryCards
          live={live}
          directory={directory}
          canChange={actor.can("directory.change")}
          canRotate={actor.can("directory.rotate_token")}
          may={{
            change: actor.can("directory.change"),
            sync: actor.can("directory.sync"),
            test: actor.can("directory.test"),
          }}
        />
      )}
    </>
  );
}
