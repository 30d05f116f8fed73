"use client";

import type { ReactNode } from "react";
import { lookCookie, RAIL_COOKIE } from "./theme.ts";

/** Widens or narrows the rail and remembers it in this browser. */
export function toggleRail(): void {
  const frame = document.querySelector<HTMLElement>("[data-rail]");
  if (!frame) return;
  const next = frame.dataset.rail === "narrow" ? "wide" : "narrow";
  frame.dataset.rail = next;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we support
  document.cookie = lookCookie(RAIL_COOKIE, next);
}

export function RailToggle({ icon }: { icon: ReactNode }) {
  return (
    <button
      type="button"
      onClick={toggleRail}
      title="Narrow or widen the rail ( [ )"
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-faint text-xs -outline-offset-2 hover:bg-hover hover:text-ink"
    >
      {icon}
      <span className="sr-only">Narrow or widen the rail</span>
    </button>
  );
}
