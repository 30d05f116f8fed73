"use client";

import { useEffect } from "react";
import { type Crumb, sayCrumbs } from "./breadcrumb-store.ts";

/**
 * Says where this page is; the frame shows it in the top bar. Put it anywhere in a page or a layout: where several
 * speak, the one with most crumbs wins. Without any the top bar shows the section alone.
 */
export function Breadcrumb({ items }: { items: readonly Crumb[] }) {
  useEffect(() => sayCrumbs(items), [items]);
  return null;
}
