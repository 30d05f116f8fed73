"use client";

import { Menu, X } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Modal } from "../ui/modal.tsx";
import { Logo } from "./logo.tsx";
import { RailLinks, type RailLinksProps } from "./rail-links.tsx";

/** The rail of a phone: a sheet behind a button. */
export function MobileRail({ items, icons }: Pick<RailLinksProps, "items" | "icons">) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button
        variant="ghost"
        icon={<Menu />}
        aria-label="Open the menu"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="-ml-2 md:hidden"
      />
      {open && (
        <Modal
          onClose={close}
          labelledBy={id}
          className="m-0 h-dvh max-h-none w-64 animate-slide-in-left border-line border-r bg-raised shadow-overlay"
        >
          <nav aria-labelledby={id} className="flex flex-col gap-2 p-2">
            <div className="flex h-10 items-center gap-2 px-1.5">
              <Logo className="size-5" />
              <span id={id} className="flex-1 font-semibold text-base">
                Sallyport
              </span>
              <Button variant="ghost" icon={<X />} aria-label="Close the menu" onClick={close} />
            </div>
            <RailLinks items={items} icons={icons} onChoose={close} />
          </nav>
        </Modal>
      )}
    </>
  );
}
