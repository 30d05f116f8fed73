"use client";

// What opens the palette and the help: a key, a button in the top bar, an item of the account menu.
const panels = new EventTarget();

export function openPalette(): void {
  panels.dispatchEvent(new Event("palette"));
}

export function openHelp(): void {
  panels.dispatchEvent(new Event("help"));
}

export function onOpen(panel: "palette" | "help", open: () => void): () => void {
  panels.addEventListener(panel, open);
  return () => panels.removeEventListener(panel, open);
}

const STORED = "sallyport-shortcuts";

/** Keys without Ctrl can get in the way of speech input, so each person can turn them off (WCAG 2.1.4). */
export function areSingleKeysOn(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

export function setSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, "off");
}
