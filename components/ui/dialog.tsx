"use client";

import { X } from "lucide-react";
import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";

interface DialogProps {
  /** The element that opens it. Without one, say `open` yourself. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  children?: ReactNode;
}

const SIZES = { sm: "max-w-md", md: "max-w-lg", lg: "max-w-3xl" };

/** A short task that needs the whole attention. Escape and the backdrop close it; the focus goes back to where it was. */
export function Dialog({
  trigger,
  open,
  onOpenChange,
  title,
  description,
  size = "md",
  children,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 grid animate-appear items-start justify-items-center overflow-y-auto bg-scrim p-4 sm:pt-[12vh]">
          <Radix.Content
            {...(description ? {} : { "aria-describedby": undefined })}
            className={cx(
              "relative w-full animate-rise rounded-xl border border-line bg-raised shadow-overlay",
              SIZES[size],
            )}
          >
            <header className="grid gap-1 px-5 pt-4 pr-12">
              <Radix.Title className="font-semibold text-lg">{title}</Radix.Title>
              {description && (
                <Radix.Description className="text-muted text-sm">{description}</Radix.Description>
              )}
            </header>
            <div className="px-5 pt-4 pb-5">{children}</div>
            <Radix.Close asChild>
              <Button
                variant="ghost"
                size="sm"
                icon={<X />}
                aria-label="Close"
                className="absolute top-3.5 right-3.5"
              />
            </Radix.Close>
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Wraps the button that closes the dialog around it. */
export function DialogClose({ children }: { children: ReactNode }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
