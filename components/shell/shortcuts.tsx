"use client";

import type { Route } from "next";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { SearchHit } from "#lib/search/schema.ts";
import { meaningOf } from "./keys.ts";
import type { NavItem } from "./nav-item.ts";
import { toggleRail } from "./rail-toggle.tsx";
import { areSingleKeysOn, onOpen, openHelp, openPalette } from "./shortcut-store.ts";

// Both are loaded when first opened: most visits open neither.
const CommandPalette = dynamic(() => import("./command-palette.tsx"), { ssr: false });
const HelpDialog = dynamic(() => import("./help-dialog.tsx"), { ssr: false });

const WAIT_MS = 1_200;

interface ShortcutsProps {
  items: readonly NavItem[];
  /** What this person can begin from anywhere: "New deployment". */
  actions: readonly { label: string; href: string }[];
  search: (query: string) => Promise<SearchHit[]>;
}

/** The keyboard of the console, with the palette and the help that it opens. */
export function Shortcuts({ items, actions, search }: ShortcutsProps) {
  const router = useRouter();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const waitingUntil = useRef(0);

  useEffect(() => onOpen("palette", () => setPalette(true)), []);
  useEffect(() => onOpen("help", () => setHelp(true)), []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const waiting = waitingUntil.current > event.timeStamp;
      const meaning = meaningOf(event, {
        waiting,
        typing: isTyping(event.target),
        single: areSingleKeysOn(),
      });
      waitingUntil.current = meaning.do === "wait" ? event.timeStamp + WAIT_MS : 0;
      if (meaning.do === "nothing" || meaning.do === "wait") return;
      if (meaning.do === "go") {
        const item = items.find((one) => one.key === meaning.key);
        if (item) router.push(item.href as Route);
        return;
      }
      event.preventDefault();
      RUN[meaning.do]();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [items, router]);

  return (
    <>
      {palette && (
        <CommandPalette items={items} actions={actions} search={search} onClose={() => setPalette(false)} />
      )}
      {help && <HelpDialog items={items} onClose={() => setHelp(false)} />}
    </>
  );
}

const RUN = {
  palette: openPalette,
  help: openHelp,
  rail: toggleRail,
  search: () => document.querySelector<HTMLInputElement>("main input[type=search]")?.focus(),
};

/** In a field, or in a menu or dialog that has its own use for letters. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target.closest("input, textarea, select, [role=menu], [role=dialog]") !== null
  );
}
