"use client";

import { Menu, X } from "lucide-react";
import * as Radix from "radix-ui/dialog";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Logo } from "./logo.tsx";
import type { NavItem } from "./nav-item.ts";
import { RailLinks } from "./rail-links.tsx";

/** The rail of a phone: a sheet behind a button. */
export function MobileRail({ items }: { items: readonly NavItem[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>
        <Button variant="ghost" icon={<Menu />} aria-label="Open the menu" className="md:hidden" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim md:hidden" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 flex w-64 animate-slide-in-left flex-col gap-2 border-line border-r bg-raised p-2 shadow-overlay md:hidden"
        >
          <div className="flex h-10 items-center gap-2 px-1.5">
            <Logo className="size-5" />
            <Radix.Title className="flex-1 font-semibold text-base">Sallyport</Radix.Title>
            <Radix.Close asChild>
              <Button variant="ghost" icon={<X />} aria-label="Close the menu" />
            </Radix.Close>
          </div>
          <nav aria-label="Main">
            <RailLinks items={items} onChoose={() => setOpen(false)} />
          </nav>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
