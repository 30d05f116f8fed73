"use client";

import { Bookmark, BookmarkPlus, Trash2 } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from "#components/ui/dropdown-menu.tsx";
import { later } from "#components/ui/later.tsx";
import { removeViewAction } from "#lib/crossings/actions.ts";
import type { SavedView } from "#lib/crossings/queries.ts";

const KeepViewForm = later(() => import("./keep-view-form.tsx"), 1);

/** The views that somebody keeps: filters, order, columns and times under a name of their own. */
export function Views({ views }: { views: readonly SavedView[] }) {
  const path = usePathname();
  const params = useSearchParams();
  const [open, setOpen] = useState<"keep" | SavedView | null>(null);
  const now = shownNow(params);
  const here = views.find(({ query }) => query === now);
  return (
    <>
      <DropdownMenu trigger={<Button icon={<Bookmark />}>{here?.name ?? "Views"}</Button>}>
        {views.length > 0 && <MenuLabel>Your views</MenuLabel>}
        {views.map((view) => (
          <MenuItem
            key={view.id}
            href={`${path}?${view.query}`}
            icon={<Bookmark />}
            trail={view === here ? "shown" : undefined}
          >
            {view.name}
          </MenuItem>
        ))}
        {views.length > 0 && <MenuSeparator />}
        <MenuItem icon={<BookmarkPlus />} onSelect={() => setOpen("keep")}>
          Keep what is shown
        </MenuItem>
        {here && (
          <MenuItem tone="danger" icon={<Trash2 />} onSelect={() => setOpen(here)}>
            Remove “{here.name}”
          </MenuItem>
        )}
      </DropdownMenu>
      {open === "keep" && (
        <Dialog
          open
          onOpenChange={(next) => !next && setOpen(null)}
          title="Keep this view"
          size="sm"
          description="Its filters, order, columns and times. Only you see it. A name that you have used already then means this view."
        >
          <KeepViewForm query={now} name={here?.name ?? ""} onDone={() => setOpen(null)} />
        </Dialog>
      )}
      {open !== null && open !== "keep" && (
        <ConfirmDialog
          open
          onOpenChange={(next) => !next && setOpen(null)}
          title="Remove this view?"
          description={`“${open.name}” leaves your list. No crossing is touched.`}
          confirm="Remove view"
          done="View removed"
          action={removeViewAction}
          fields={{ viewId: open.id }}
        />
      )}
    </>
  );
}

/** The part of the URL that a view keeps: what is shown, and neither the page nor the crossing that is open beside it. */
function shownNow(params: URLSearchParams): string {
  const kept = new URLSearchParams(params);
  for (const name of ["page", "crossing"]) kept.delete(name);
  return kept.toString();
}
