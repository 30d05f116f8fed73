"use client";

import { Command } from "cmdk";
import { Building2, Plus, Search, Server } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import type { SearchHit } from "#lib/search/schema.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Modal } from "../ui/modal.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { NavIcon } from "./nav-icon.tsx";
import type { NavItem } from "./nav-item.ts";

const WAIT_MS = 150;
const HIT_ICONS = { customer: <Building2 aria-hidden />, deployment: <Server aria-hidden /> };

interface CommandPaletteProps {
  items: readonly NavItem[];
  actions: readonly { label: string; href: string }[];
  search: (query: string) => Promise<SearchHit[]>;
  onClose: () => void;
}

/** Everything from one field: places, things to begin, and any customer or deployment by name. */
export default function CommandPalette({ items, actions, search, onClose }: CommandPaletteProps) {
  const router = useRouter();
  const [query, setQuery] = useState("");
  const { hits, busy } = useSearch(query, search);
  const go = (href: string) => {
    onClose();
    router.push(href as Route);
  };
  return (
    <Modal
      onClose={onClose}
      labelledBy="palette"
      className="mx-auto mt-[12vh] mb-auto w-[calc(100%-2rem)] max-w-xl animate-rise overflow-hidden rounded-xl border border-line-strong bg-raised shadow-overlay"
    >
      <h2 id="palette" className="sr-only">
        Search and commands
      </h2>
      <Command label="Search and commands" loop>
        <div className="flex h-12 items-center gap-2.5 border-line border-b px-4 text-faint">
          {busy ? <Spinner /> : <Search aria-hidden className="size-4" />}
          <Command.Input
            data-focus-first
            value={query}
            onValueChange={setQuery}
            placeholder="Search customers and deployments, or go to …"
            className="h-full flex-1 bg-transparent text-base text-ink outline-none"
          />
          <Kbd>Esc</Kbd>
        </div>
        <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
          <Command.Empty className="px-3 py-8 text-center text-muted text-sm">
            {busy ? "Searching" : `Nothing is called “${query}”.`}
          </Command.Empty>
          {hits.length > 0 && (
            <Group heading="Found">
              {hits.map((hit) => (
                <Item
                  key={hit.id}
                  value={`${hit.name} ${hit.hint} ${hit.id}`}
                  icon={HIT_ICONS[hit.kind]}
                  hint={hit.hint}
                  onSelect={() => go(hit.href)}
                >
                  {hit.name}
                </Item>
              ))}
            </Group>
          )}
          <Group heading="Go to">
            {items.map((item) => (
              <Item
                key={item.href}
                icon={<NavIcon icon={item.icon} />}
                hint={`G ${item.key.toUpperCase()}`}
                onSelect={() => go(item.href)}
              >
                {item.label}
              </Item>
            ))}
          </Group>
          {actions.length > 0 && (
            <Group heading="Begin">
              {actions.map((action) => (
                <Item key={action.href} icon={<Plus aria-hidden />} onSelect={() => go(action.href)}>
                  {action.label}
                </Item>
              ))}
            </Group>
          )}
        </Command.List>
      </Command>
    </Modal>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  icon: ReactNode;
  hint?: string;
  value?: string;
  onSelect: () => void;
  children: string;
}

function Item({ icon, hint, value, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value ?? children}
      onSelect={onSelect}
      className="flex h-9 select-none items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-faint"
    >
      {icon}
      <span className="truncate">{children}</span>
      {hint && <span className="ml-auto truncate pl-4 text-faint text-xs">{hint}</span>}
    </Command.Item>
  );
}

/** Asks the server a moment after the last letter; an answer that comes too late is dropped. */
function useSearch(query: string, search: CommandPaletteProps["search"]) {
  const [answer, setAnswer] = useState<{ query: string; hits: SearchHit[] }>({ query: "", hits: [] });
  const asked = query.trim();
  useEffect(() => {
    if (asked.length < 2) return;
    let current = true;
    const timer = setTimeout(async () => {
      const hits = await search(asked);
      if (current) setAnswer({ query: asked, hits });
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, search]);
  const wanted = asked.length >= 2;
  return { hits: wanted ? answer.hits : [], busy: wanted && answer.query !== asked };
}
