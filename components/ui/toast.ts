"use client";

export interface Toast {
  id: number;
  words: string;
  tone: "positive" | "negative";
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** Confirms, for a moment, what was done. Errors do not belong here: they stay where they happened. */
export function toast(words: string, tone: Toast["tone"] = "positive"): void {
  last += 1;
  change([...toasts.slice(-2), { id: last, words, tone }]);
}

export function dismissToast(id: number): void {
  change(toasts.filter((one) => one.id !== id));
}

export function readToasts(): readonly Toast[] {
  return toasts;
}

export function watchToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
