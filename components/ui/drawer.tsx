"use client";

import { X } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import * as Radix from "radix-ui/dialog";
import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";

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
  const router = useRouter();
  const [open, setOpen] = useState(closeHref !== undefined);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next && closeHref !== undefined) router.replace(closeHref as Route, { scroll: false });
  };
  return (
    <Radix.Root open={open} onOpenChange={change}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-lg animate-slide-in flex-col border-line border-l bg-raised shadow-overlay"
        >
          <header className="flex items-start gap-3 border-line border-b px-5 py-3.5">
            <div className="grid min-w-0 flex-1 gap-0.5">
              <Radix.Title className="truncate font-semibold text-base">{title}</Radix.Title>
              {description && (
                <Radix.Description className="text-muted text-sm">{description}</Radix.Description>
              )}
            </div>
            {actions}
            <Radix.Close asChild>
              <Button variant="ghost" size="sm" icon={<X />} aria-label="Close" />
            </Radix.Close>
          </header>
          <div className="flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && (
            <footer className="flex justify-end gap-2 border-line border-t px-5 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
