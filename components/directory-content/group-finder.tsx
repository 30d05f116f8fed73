"use client";

import { Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { ActionState } from "#lib/platform/action-state.ts";
import type { RoleWords } from "./role-words.ts";

export interface GroupFound {
  id: string;
  name: string;
  members: number;
}

interface GroupFinderProps {
  words: RoleWords;
  find: (search: string) => Promise<ActionState<{ groups: GroupFound[]; total: number }>>;
  onAdd: (group: GroupFound) => void;
  /** Whether it has every role there is already. */
  isFull: (groupId: string) => boolean;
}

const PAUSE_MS = 250;

/** Groups of a directory, of which there may be thousands: looked for at the site by a part of their name. */
export function GroupFinder({ words, find, onAdd, isFull }: GroupFinderProps) {
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<{ groups: GroupFound[]; total: number } | string | null>(null);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(
      async () => {
        const state = await find(search.trim());
        if (!wanted || state.status === "idle") return;
        setFound(state.status === "done" ? state.value : state.message);
      },
      search === "" ? 0 : PAUSE_MS,
    );
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [find, search]);
  return (
    <div className="grid gap-2 rounded-md border border-line bg-sunken p-3">
      <Field label={words.find} hint={words.findHint}>
        <Input
          type="search"
          value={search}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </Field>
      <div aria-live="polite">
        {found === null && <p className="text-muted text-sm">{words.finding}</p>}
        {typeof found === "string" && <p className="text-negative text-sm">{found}</p>}
        {found !== null && typeof found === "object" && (
          <ul className="grid gap-1">
            {found.groups.map((group) => (
              <li key={group.id} className="flex items-center justify-between gap-3">
                <span className="min-w-0 text-sm [overflow-wrap:anywhere]">
                  {words.group(group.name, group.members)}
                </span>
                <Button
                  size="sm"
                  icon={<Plus />}
                  aria-label={words.add(group.name)}
                  disabled={isFull(group.id)}
                  onClick={() => onAdd(group)}
                />
              </li>
            ))}
            {found.groups.length === 0 && <li className="text-muted text-sm">{words.foundNone}</li>}
            {found.total > found.groups.length && (
              <li className="text-muted text-xs">{words.foundMore(found.total - found.groups.length)}</li>
            )}
          </ul>
        )}
      </div>
    </div>
  );
}
