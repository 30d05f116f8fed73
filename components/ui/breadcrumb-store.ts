"use client";

export interface Crumb {
  label: string;
  href?: string;
  /** Neighbours to switch to: other customers, other deployments of this one, other environments. */
  switchTo?: readonly { label: string; href: string; hint?: string }[];
}

const NONE: readonly Crumb[] = [];
let said: readonly (readonly Crumb[])[] = [];
const listeners = new Set<() => void>();

/** A page, or a layout around it, says where it is; what it returns takes that back. */
export function sayCrumbs(items: readonly Crumb[]): () => void {
  change([...said, items]);
  return () => change(said.filter((one) => one !== items));
}

/** What the deepest says: a page knows more than the layout around it. */
export function readCrumbs(): readonly Crumb[] {
  return said.reduce((longest, items) => (items.length > longest.length ? items : longest), NONE);
}

export function watchCrumbs(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: readonly (readonly Crumb[])[]): void {
  said = next;
  for (const listener of listeners) listener();
}
