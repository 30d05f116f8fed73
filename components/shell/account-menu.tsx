"use client";

import { type ReactNode, startTransition, useState } from "react";
import { DropdownMenu, MenuItem, MenuLabel, MenuRadio, MenuSeparator } from "../ui/dropdown-menu.tsx";
import { initials } from "./initials.ts";
import { openHelp } from "./shortcut-store.ts";
import { isTheme, lookCookie, THEME_COOKIE, type Theme } from "./theme.ts";

interface AccountMenuProps {
  name: string;
  role: string;
  theme: Theme;
  signOut: () => Promise<void>;
  /** Drawn on the server: no page loads them. */
  icons: Readonly<Record<"account" | "keyboard" | "system" | "light" | "dark" | "leave", ReactNode>>;
}

/** Who is signed in, how the console looks to them, and the way out. */
export function AccountMenu({ name, role, theme, signOut, icons }: AccountMenuProps) {
  const [chosen, setChosen] = useState(theme);
  const choose = (next: string) => {
    if (!isTheme(next)) return;
    setChosen(next);
    document.documentElement.dataset.theme = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we support
    document.cookie = lookCookie(THEME_COOKIE, next);
  };
  return (
    <DropdownMenu
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${name}`}
          className="grid size-7 shrink-0 place-content-center rounded-full bg-accent-soft font-semibold text-2xs text-accent hover:bg-pressed"
        >
          {initials(name)}
        </button>
      }
    >
      <div className="grid px-2 py-1.5">
        <span className="truncate font-medium text-sm">{name}</span>
        <span className="truncate text-faint text-xs">{role}</span>
      </div>
      <MenuSeparator />
      <MenuItem href="/account" icon={icons.account}>
        Your account
      </MenuItem>
      <MenuItem icon={icons.keyboard} trail="?" onSelect={openHelp}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuRadio
        label="Theme"
        value={chosen}
        onValueChange={choose}
        options={[
          { value: "system", label: "As the system", icon: icons.system },
          { value: "light", label: "Light", icon: icons.light },
          { value: "dark", label: "Dark", icon: icons.dark },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={icons.leave} onSelect={() => startTransition(signOut)}>
        Sign out
      </MenuItem>
    </DropdownMenu>
  );
}
