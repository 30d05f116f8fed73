"use client";

import { Braces, Download, FileSpreadsheet } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { DropdownMenu, MenuItem, MenuLabel } from "#components/ui/dropdown-menu.tsx";
import type { CrossingFormat } from "#lib/crossings/schema.ts";

/** All that the list's filter names, not only this page. Not a link: the router would fetch it ahead. */
export function ExportCrossings() {
  const path = usePathname();
  const params = useSearchParams();
  const take = (format: CrossingFormat) => {
    const wanted = new URLSearchParams(params);
    for (const name of ["page", "size", "sort", "cols", "crossing"]) wanted.delete(name);
    wanted.set("format", format);
    window.location.assign(`${path}/export?${wanted}`);
  };
  return (
    <DropdownMenu trigger={<Button icon={<Download />}>Export</Button>}>
      <MenuLabel>Every crossing of this filter, as</MenuLabel>
      <MenuItem icon={<FileSpreadsheet />} onSelect={() => take("csv")}>
        CSV
      </MenuItem>
      <MenuItem icon={<Braces />} onSelect={() => take("ndjson")}>
        NDJSON, one crossing a line
      </MenuItem>
    </DropdownMenu>
  );
}
