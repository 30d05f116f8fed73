import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { FolderRow } from "#lib/gateways/folders/queries.ts";
import { type EnvironmentOption, toldOfWords } from "../words.ts";
import { FolderMenu, type MayDoToFolder } from "./folder-menu.tsx";

interface FoldersProps {
  folders: readonly FolderRow[];
  environments: readonly EnvironmentOption[];
  may: MayDoToFolder;
}

/** The folders at the site that events are put into. */
export function Folders({ folders, environments, may }: FoldersProps) {
  if (folders.length === 0)
    return (
      <p className="px-4 py-3 text-muted text-sm">
        None. A program that cannot be called and cannot ask reads events as files.
      </p>
    );
  return (
    <ul>
      {folders.map((folder) => (
        <li
          key={folder.id}
          className="flex items-center justify-between gap-4 border-line border-b px-4 py-2.5 last:border-0"
        >
          <div className="grid min-w-0 gap-0.5">
            <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
              <span className="font-medium text-sm [overflow-wrap:anywhere]">{folder.name}</span>
              <FolderState folder={folder} />
            </span>
            <code className="text-xs [overflow-wrap:anywhere]">{folder.path}</code>
            <p className="text-muted text-xs [overflow-wrap:anywhere]">
              {toldOfWords(folder, environments)} · up to {folder.files.toLocaleString("en")} files
              {folder.told?.lastDeliveredAt && (
                <>
                  {" "}
                  · last written <Time at={folder.told.lastDeliveredAt} />
                </>
              )}
            </p>
          </div>
          <FolderMenu folder={folder} environments={environments} may={may} />
        </li>
      ))}
    </ul>
  );
}

function FolderState({ folder: { pausedAt, pausedByName, told } }: { folder: FolderRow }) {
  if (pausedAt)
    return (
      <Status tone="neutral" since={pausedAt} reason={`by ${pausedByName}`}>
        Paused
      </Status>
    );
  if (!told) return <Status tone="neutral">Not heard yet</Status>;
  if (told.state === "working") return <Status tone="positive">Working</Status>;
  if (told.state === "paused") return <Status tone="caution">Resuming</Status>;
  return (
    <Status tone="negative" reason="It cannot be written to, or so many files lie there already.">
      Waits
    </Status>
  );
}
