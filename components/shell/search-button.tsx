"use client";

import type { ReactNode } from "react";
import { Kbd } from "../ui/kbd.tsx";
import { openPalette } from "./shortcut-store.ts";

/** The palette's code comes while the pointer or the focus is on its button. */
function prepare(): void {
  import("./command-palette.tsx").catch(() => undefined);
}

/** Looks like a search field and opens the palette. */
export function SearchButton({ icon }: { icon: ReactNode }) {
  return (
    <button
      type="button"
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={openPalette}
      aria-label="Search"
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-8 shrink-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-faint text-sm hover:bg-hover hover:text-muted max-sm:size-8 max-sm:justify-center max-sm:border-transparent max-sm:bg-transparent max-sm:px-0 sm:w-56"
    >
      {icon}
      <span className="flex-1 text-left max-sm:hidden">Search</span>
      <span aria-hidden className="flex gap-0.5 max-sm:hidden">
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </span>
    </button>
  );
}
