"use client";

import { ArrowUp, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";

export interface RoleChoice {
  slug: string;
  name: string;
}
interface Row {
  key: number;
  group: string;
  role: string;
}

let made = 0;

/** Which role the members of a group have, the most important first. In a form it fills `roles`. */
export function RoleRows({
  initial,
  choices,
  groupsSeen,
}: {
  initial: readonly { group: string; role: string }[];
  choices: readonly RoleChoice[];
  /** Groups that a test received: offered while typing. */
  groupsSeen: readonly string[];
}) {
  const t = useTexts("connection");
  const [rows, setRows] = useState<Row[]>(() => initial.map((row) => ({ ...row, key: made++ })));
  const change = (key: number, part: Partial<Row>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const moveUp = (index: number) => {
    const moved = [...rows];
    moved.splice(index - 1, 0, ...moved.splice(index, 1));
    setRows(moved);
  };
  // A role that is no longer among the choices is still shown as what is kept.
  const options = (role: string) =>
    [
      ...choices,
      ...(choices.some(({ slug }) => slug === role) || role === "" ? [] : [{ slug: role, name: role }]),
    ].map(({ slug, name }) => ({ value: slug, label: name }));
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="pb-1 font-medium text-sm">{t("mapping.roles")}</legend>
      <p className="text-muted text-xs">{t("mapping.rolesHint")}</p>
      <input
        type="hidden"
        name="roles"
        value={JSON.stringify(
          rows.filter(({ group, role }) => group || role).map(({ group, role }) => ({ group, role })),
        )}
      />
      <datalist id="groups-seen">
        {groupsSeen.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <ol className="grid gap-2">
        {rows.map((row, index) => (
          <li key={row.key} className="grid gap-2 sm:flex sm:items-center">
            <Input
              mono
              list="groups-seen"
              aria-label={t("mapping.groupNumber", { number: index + 1 })}
              placeholder={t("mapping.group")}
              value={row.group}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(row.key, { group: event.currentTarget.value })}
            />
            <span className="flex items-center gap-2 sm:contents">
              <Select
                aria-label={t("mapping.roleNumber", { number: index + 1 })}
                className="min-w-0 flex-1 sm:w-52 sm:flex-none"
                placeholder={t("mapping.chooseRole")}
                {...(row.role ? { value: row.role } : {})}
                options={options(row.role)}
                onChange={(event) => change(row.key, { role: event.currentTarget.value })}
              />
              <Button
                variant="ghost"
                size="sm"
                icon={<ArrowUp />}
                aria-label={t("mapping.moveUp", { number: index + 1 })}
                disabled={index === 0}
                onClick={() => moveUp(index)}
              />
              <Button
                variant="ghost"
                size="sm"
                icon={<X />}
                aria-label={t("mapping.remove", { number: index + 1 })}
                onClick={() => setRows(rows.filter(({ key }) => key !== row.key))}
              />
            </span>
          </li>
        ))}
      </ol>
      <div>
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() => setRows([...rows, { key: made++, group: "", role: "" }])}
        >
          {t("mapping.addRole")}
        </Button>
      </div>
    </fieldset>
  );
}
