import type { ReactNode } from "react";
import { DirectoryMenu } from "#components/directories/directory-menu.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { Actor } from "#lib/access/actor.ts";
import type { DirectoryPage } from "#lib/directories/queries.ts";

interface DirectoryHeadProps {
  actor: Actor;
  directory: DirectoryPage;
  /** How it stands, where the site was asked just now: what the console last heard may be older than the page. */
  state?: ReactNode;
}

/** Which directory it is, how it stands, and the pages about it. */
export function DirectoryHead({ actor, directory, state }: DirectoryHeadProps) {
  const at = `/deployments/${directory.deploymentId}/directories/${directory.id}`;
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-semibold text-lg [overflow-wrap:anywhere]">{directory.name}</h2>
          {state}
        </div>
        <DirectoryMenu
          directory={directory}
          canRotate={actor.can("directory.rotate_token")}
          canRemove={actor.can("directory.remove")}
        />
      </header>
      <Tabs
        label="Directory"
        tabs={[
          { href: at, label: "Set-up" },
          { href: `${at}/people`, label: "People" },
          { href: `${at}/groups`, label: "Groups" },
          { href: `${at}/roles`, label: "Roles" },
        ]}
      />
    </>
  );
}
