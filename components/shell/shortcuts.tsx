"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { SearchHit } from "#lib/search/schema.ts";
import { toast } from "../ui/toast.ts";
import { meaningOf } from "./keys.ts";
import type { NavItem } from "./nav-item.ts";
import { toggleRail } from "./rail-toggle.tsx";
import { areSingleKeysOn, onOpen, openHelp, openPalette } from "./shortcut-store.ts";

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
  const [panel, setPanel] = useState<ReactNode>(null);
  const waitingUntil = useRef(0);

  // Both are loaded when first opened: most visits open neither.
  useEffect(() => {
    const close = () => setPanel(null);
    const show = (panel: Promise<ReactNode>) => {
      panel.then(setPanel, () => toast("This could not be loaded. Try again in a moment.", "negative"));
    };
    const leave = [
      onOpen("palette", () =>
        show(
          import("./command-palette.tsx").then(({ default: CommandPalette }) => (
            <CommandPalette items={items} actions={actions} search={search} onClose={close} />
          )),
        ),
      ),
      onOpen("help", () =>
        show(
          import("./help-dialog.tsx").then(({ default: HelpDialog }) => (
            <HelpDialog items={items} onClose={close} />
          )),
        ),
      ),
    ];
    return () => {
      for (const stop of leave) stop();
    };
  }, [items, actions, search]);
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

  return panel;
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
