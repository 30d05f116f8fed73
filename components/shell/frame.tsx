import { Keyboard, LogOut, Monitor, Moon, Search, Sun, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import type { SearchHit } from "#lib/search/schema.ts";
import { AccountMenu } from "./account-menu.tsx";
import { MobileRail } from "./mobile-rail.tsx";
import { NavIcon } from "./nav-icon.tsx";
import type { NavItem } from "./nav-item.ts";
import { Rail } from "./rail.tsx";
import { SearchButton } from "./search-button.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import type { Theme } from "./theme.ts";
import { Trail } from "./trail.tsx";

interface FrameProps {
  items: readonly NavItem[];
  actions: readonly { label: string; href: string }[];
  person: { name: string; role: string };
  theme: Theme;
  rail: "wide" | "narrow";
  /** Every page says so when the data is made up. */
  demo: boolean;
  search: (query: string) => Promise<SearchHit[]>;
  signOut: () => Promise<void>;
  children: ReactNode;
}

const ACCOUNT_ICONS = {
  account: <UserRound aria-hidden />,
  keyboard: <Keyboard aria-hidden />,
  system: <Monitor aria-hidden />,
  light: <Sun aria-hidden />,
  dark: <Moon aria-hidden />,
  leave: <LogOut aria-hidden />,
};

/** What stands around every page of the console. */
export function Frame({ items, actions, person, theme, rail, demo, search, signOut, children }: FrameProps) {
  const icons = Object.fromEntries(items.map(({ icon }) => [icon, <NavIcon key={icon} icon={icon} />]));
  return (
    <div data-rail={rail} className="group/frame flex min-h-dvh">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-solid px-3 py-1.5 font-medium text-on-solid text-sm focus-visible:translate-y-0"
      >
        Skip to the page
      </a>
      <Rail items={items} icons={icons} />
      <div className="flex min-w-0 flex-1 flex-col">
        {demo && (
          <aside className="border-line border-b bg-caution-soft px-4 py-1 text-center font-medium text-caution text-xs">
            Demo: every customer, site and person here is made up.
          </aside>
        )}
        <header className="sticky top-0 z-30 flex h-12 items-center gap-3 border-line border-b bg-canvas/90 px-4 backdrop-blur-md sm:px-6 print:hidden">
          <MobileRail items={items} icons={icons} />
          <Trail items={items} />
          <SearchButton icon={<Search aria-hidden className="size-4 shrink-0" />} />
          <AccountMenu {...person} theme={theme} signOut={signOut} icons={ACCOUNT_ICONS} />
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[90rem] flex-1 px-4 pt-6 pb-16 sm:px-6 print:p-0"
        >
          {children}
        </main>
      </div>
      <Shortcuts items={items} actions={actions} search={search} />
    </div>
  );
}
