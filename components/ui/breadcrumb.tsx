"use client";

import { useEffect } from "react";
import { type Crumb, readCrumbs, showCrumbs } from "./breadcrumb-store.ts";

/**
 * Says where this page is; the frame shows it in the top bar. Put it anywhere in a page or layout: the last one
 * rendered wins. Without it the top bar shows the section alone.
 */
export function Breadcrumb({ items }: { items: readonly Crumb[] }) {
  useEffect(() => {
    showCrumbs(items);
    return () => {
      // Another page may have said where it is before this one went away.
      if (readCrumbs() === items) showCrumbs([]);
    };
  }, [items]);
  return null;
}
