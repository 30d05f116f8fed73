"use client";

import { Search } from "lucide-react";
import { Kbd } from "../ui/kbd.tsx";
import { openPalette } from "./shortcut-store.ts";

/** Looks like a search field and opens the palette. */
export function SearchButton() {
  return (
    <button
      type="button"
      onClick={openPalette}
      aria-label="Search"
      aria-keyshortcuts="Control+K Meta+K"
      className="flex h-8 shrink-0 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-faint text-sm hover:bg-hover hover:text-muted max-sm:size-8 max-sm:justify-center max-sm:border-transparent max-sm:bg-transparent max-sm:px-0 sm:w-56"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="flex-1 text-left max-sm:hidden">Search</span>
      <span aria-hidden className="flex gap-0.5 max-sm:hidden">
        <Kbd>Ctrl</Kbd>
        <Kbd>K</Kbd>
      </span>
    </button>
  );
}
