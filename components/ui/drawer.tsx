"use client";

import { X } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { Modal, useTrigger } from "./modal.tsx";

interface DrawerProps {
  title: ReactNode;
  description?: ReactNode;
  /** Status, copy button and the like, beside the title. */
  actions?: ReactNode;
  /** Opened by its own URL: rendered when the URL says so, and closing goes here. */
  closeHref?: string;
  trigger?: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}

/** A look at one row without leaving the list. */
export function Drawer({ title, description, actions, closeHref, trigger, footer, children }: DrawerProps) {
  const id = useId();
  const router = useRouter();
  const wrapper = useRef<HTMLSpanElement>(null);
  const [own, setOwn] = useState(false);
  const isOpen = own || closeHref !== undefined;
  useTrigger(wrapper, () => setOwn(true), isOpen);
  const close = () => {
    setOwn(false);
    if (closeHref !== undefined) router.replace(closeHref as Route, { scroll: false });
  };
  return (
    <>
      {trigger && (
        <span ref={wrapper} className="contents">
          {trigger}
        </span>
      )}
      {isOpen && (
        <Modal
          onClose={close}
          labelledBy={id}
          describedBy={description ? `${id}-about` : undefined}
          className="my-0 mr-0 ml-auto h-dvh max-h-none w-full max-w-lg animate-slide-in border-line border-l bg-raised shadow-overlay"
        >
          <div className="flex h-full flex-col">
            <header className="flex items-start gap-3 border-line border-b px-5 py-3.5">
              <div className="grid min-w-0 flex-1 gap-0.5">
                <h2 id={id} className="truncate font-semibold text-base">
                  {title}
                </h2>
                {description && (
                  <p id={`${id}-about`} className="text-muted text-sm">
                    {description}
                  </p>
                )}
              </div>
              {actions}
              <Button variant="ghost" size="sm" icon={<X />} aria-label="Close" onClick={close} />
            </header>
            <div className="flex-1 overflow-y-auto px-5 py-4">{children}</div>
            {footer && (
              <footer className="flex justify-end gap-2 border-line border-t px-5 py-3">{footer}</footer>
            )}
          </div>
        </Modal>
      )}
    </>
  );
}
