"use client";

export interface Crumb {
  label: string;
  href?: string;
  /** Neighbours to switch to: other customers, other deployments of this one, other environments. */
  switchTo?: readonly { label: string; href: string; hint?: string }[];
}

let crumbs: readonly Crumb[] = [];
const listeners = new Set<() => void>();

export function showCrumbs(next: readonly Crumb[]): void {
  crumbs = next;
  for (const listener of listeners) listener();
}

export function readCrumbs(): readonly Crumb[] {
  return crumbs;
}

export function watchCrumbs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
