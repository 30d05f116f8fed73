"use client";

import { useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { Switch } from "../ui/switch.tsx";
import type { NavItem } from "./nav-item.ts";
import { areSingleKeysOn, setSingleKeys } from "./shortcut-store.ts";

const ANYWHERE = [
  { keys: ["Ctrl", "K"], words: "Search and commands" },
  { keys: ["/"], words: "Search this list" },
  { keys: ["["], words: "Narrow or widen the rail" },
  { keys: ["?"], words: "This help" },
];
const IN_LISTS = [
  { keys: ["↓", "↑"], words: "Next or previous row" },
  { keys: ["Enter"], words: "Open the row" },
];

/** Every shortcut, and the switch that turns those without Ctrl off. */
export default function HelpDialog({ items, onClose }: { items: readonly NavItem[]; onClose: () => void }) {
  const [single, setSingle] = useState(areSingleKeysOn);
  return (
    <Dialog open onOpenChange={onClose} title="Keyboard shortcuts" size="lg">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <Group
          title="Go to"
          rows={items.map((item) => ({ keys: ["G", item.key.toUpperCase()], words: item.label }))}
        />
        <div className="grid content-start gap-5">
          <Group title="Anywhere" rows={ANYWHERE} />
          <Group title="In lists" rows={IN_LISTS} />
        </div>
      </div>
      <div className="mt-5 border-line border-t pt-4">
        <Switch
          label="Single-key shortcuts"
          hint="Turn them off if you speak to your computer or use keys of your own. Ctrl K always works."
          checked={single}
          onChange={(event) => {
            setSingleKeys(event.currentTarget.checked);
            setSingle(event.currentTarget.checked);
          }}
        />
      </div>
    </Dialog>
  );
}

function Group({
  title,
  rows,
}: {
  title: string;
  rows: readonly { keys: readonly string[]; words: string }[];
}) {
  return (
    <section className="grid content-start gap-1">
      <h3 className="font-medium text-faint text-xs">{title}</h3>
      <dl>
        {rows.map((row) => (
          <div key={row.words} className="flex h-8 items-center justify-between gap-4">
            <dt className="text-sm">{row.words}</dt>
            <dd className="flex gap-1">
              {row.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
