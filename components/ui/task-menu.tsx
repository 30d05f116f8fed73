"use client";

import { MoreHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { DropdownMenu, MenuItem } from "./dropdown-menu.tsx";

export interface Task {
  /** What stands in the menu: "Rotate secret…". */
  label: string;
  /** Whether it stands there: the person may do it, and it makes sense now. */
  shown: boolean;
  tone?: "danger";
  disabled?: boolean;
  /** Where it is asked for and done. */
  dialog: (onClose: () => void) => ReactNode;
}

interface TaskMenuProps {
  /** For screen readers: "Actions for Billing". */
  label: string;
  /** All that there may be, in places of their own whether shown now or not. */
  tasks: readonly Task[];
  size?: "sm" | "md";
}

/** What can be done to one thing: a menu, and the dialog of the task that was chosen. Nothing where there is nothing to do. */
export function TaskMenu({ label, tasks, size = "sm" }: TaskMenuProps) {
  // By its place: a task that is done may be called otherwise then, or make no sense, and its dialog has still to say so.
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <>
      {tasks.some((task) => task.shown) && (
        <DropdownMenu
          trigger={
            <Button
              {...(size === "sm" ? { variant: "ghost", size } : {})}
              icon={<MoreHorizontal />}
              aria-label={label}
            />
          }
        >
          {tasks.map(
            ({ label: name, shown, tone, disabled = false }, place) =>
              shown && (
                <MenuItem
                  key={name}
                  onSelect={() => setChosen(place)}
                  {...(tone ? { tone } : {})}
                  disabled={disabled}
                >
                  {name}
                </MenuItem>
              ),
          )}
        </DropdownMenu>
      )}
      {chosen !== null && tasks[chosen]?.dialog(() => setChosen(null))}
    </>
  );
}
