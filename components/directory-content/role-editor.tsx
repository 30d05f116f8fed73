"use client";

import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Select } from "#components/ui/select.tsx";
import type { RoleMapped, RoleWanted } from "#lib/drivers/directory-content-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { GroupFinder, type GroupFound } from "./group-finder.tsx";
import type { RoleWords } from "./role-words.ts";

interface RoleEditorProps {
  initial: readonly RoleMapped[];
  roles: readonly { slug: string; name: string }[];
  words: RoleWords;
  find: (search: string) => Promise<ActionState<{ groups: GroupFound[]; total: number }>>;
  save: (mappings: RoleWanted[]) => Promise<ActionState<unknown>>;
}

type Row = RoleMapped & { key: string };

/** Which groups are to give which roles, in their order. Saving prepares them; nobody's role changes by it. */
export function RoleEditor({ initial, roles, words, find, save }: RoleEditorProps) {
  const [rows, setRows] = useState<Row[]>(() => initial.map((row) => ({ ...row, key: keyOf(row) })));
  const [problem, setProblem] = useState("");
  const [pending, start] = useTransition();
  const options = roles.map(({ slug, name }) => ({ value: slug, label: name }));
  const add = ({ id, name, members }: GroupFound) => {
    const taken = new Set(rows.filter(({ groupId }) => groupId === id).map(({ role }) => role));
    // They come with the most important first: what is given without a thought is the least of them.
    const role = roles.findLast(({ slug }) => !taken.has(slug))?.slug;
    if (!role) return;
    const row = { groupId: id, groupName: name, members, role };
    setRows([...rows, { ...row, key: `${keyOf(row)} ${rows.length}` }]);
  };
  const move = (index: number, by: 1 | -1) => {
    const moved = [...rows];
    moved.splice(index + by, 0, ...moved.splice(index, 1));
    setRows(moved);
  };
  const submit = () =>
    start(async () => {
      const kept = rows.filter(({ groupName }) => groupName !== null);
      const state = await save(kept.map(({ groupId, role }) => ({ groupId, role })));
      setProblem(state.status === "error" ? state.message : "");
    });
  return (
    <div className="grid gap-4">
      {problem && (
        <div role="alert">
          <Callout tone="negative">{problem}</Callout>
        </div>
      )}
      {rows.length === 0 ? (
        <p className="text-muted text-sm">{words.none}</p>
      ) : (
        <>
          <ol className="grid gap-2">
            {rows.map((row, index) => {
              const name = row.groupName ?? words.goneGroup;
              return (
                <li
                  key={row.key}
                  className="grid items-center gap-2 rounded-md border border-line px-3 py-2 sm:grid-cols-[minmax(0,1fr)_14rem_auto]"
                >
                  <span className="min-w-0 text-sm [overflow-wrap:anywhere]">
                    {row.groupName === null ? name : words.group(name, row.members)}
                  </span>
                  <Select
                    aria-label={words.role(name)}
                    options={options}
                    value={row.role}
                    disabled={row.groupName === null}
                    onChange={(event) => {
                      const role = event.currentTarget.value;
                      setRows(rows.map((each) => (each === row ? { ...each, role } : each)));
                    }}
                  />
                  <span className="flex gap-1">
                    <Button
                      variant="ghost"
                      size="sm"
                      icon={<ArrowUp />}
                      aria-label={words.moveUp(name)}
                      disabled={index === 0}
                      onClick={() => move(index, -1)}
                    />
                    <Button
                      variant="ghost"
                      size="sm"
                      icon={<ArrowDown />}
                      aria-label={words.moveDown(name)}
                      disabled={index === rows.length - 1}
                      onClick={() => move(index, 1)}
                    />
                    <Button
                      variant="ghost"
                      size="sm"
                      icon={<X />}
                      aria-label={words.remove(name)}
                      onClick={() => setRows(rows.filter((each) => each !== row))}
                    />
                  </span>
                </li>
              );
            })}
          </ol>
          <p className="text-muted text-xs">{words.order}</p>
        </>
      )}
      <GroupFinder
        words={words}
        find={find}
        onAdd={add}
        isFull={(id) => rows.filter(({ groupId }) => groupId === id).length >= roles.length}
      />
      <div className="flex justify-end">
        <Button variant="primary" pending={pending} onClick={submit}>
          {words.preview}
        </Button>
      </div>
    </div>
  );
}

function keyOf({ groupId, role }: RoleWanted): string {
  return `${groupId} ${role}`;
}
