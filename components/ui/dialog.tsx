"use client";

import { X } from "lucide-react";
import { type ReactNode, use, useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { ControlWords } from "./control-words.ts";
import { cx } from "./cx.ts";
import { Modal, useClose, useTrigger } from "./modal.tsx";

interface DialogProps {
  /** The button that opens it. Without one, say `open` yourself. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Fetches what the dialog shows, where that comes later: called while the pointer or the focus is on the trigger. */
  prepare?: () => void;
  title: ReactNode;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  children?: ReactNode;
}

const SIZES = { sm: "max-w-md", md: "max-w-lg", lg: "max-w-3xl" };

/** A short task that needs the whole attention. Escape and a press beside it close it; the focus goes back to where it was. */
export function Dialog({
  trigger,
  open,
  onOpenChange,
  prepare,
  title,
  description,
  size = "md",
  children,
}: DialogProps) {
  const id = useId();
  const words = use(ControlWords);
  const wrapper = useRef<HTMLSpanElement>(null);
  const [own, setOwn] = useState(false);
  const isOpen = open ?? own;
  const change = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  useTrigger(wrapper, () => change(true), isOpen, prepare);
  return (
    <>
      {trigger && (
        <span ref={wrapper} className="contents">
          {trigger}
        </span>
      )}
      {isOpen && (
        <Modal
          onClose={() => change(false)}
          labelledBy={id}
          describedBy={description ? `${id}-about` : undefined}
          className={cx(
            "mx-auto mt-4 mb-auto w-[calc(100%-2rem)] animate-rise rounded-xl border border-line bg-raised shadow-overlay sm:mt-[12dvh]",
            // What is taller scrolls inside: the browser's own limit forgets how far down it begins.
            "max-h-[calc(100dvh-2rem)] sm:max-h-[calc(88dvh-1rem)]",
            SIZES[size],
          )}
        >
          <div className="relative">
            <header className="grid gap-1 px-5 pt-4 pr-12">
              <h2 id={id} className="font-semibold text-lg">
                {title}
              </h2>
              {description && (
                <p id={`${id}-about`} className="text-muted text-sm">
                  {description}
                </p>
              )}
            </header>
            <div className="px-5 pt-4 pb-5">{children}</div>
            <Button
              variant="ghost"
              size="sm"
              icon={<X />}
              aria-label={words.close}
              onClick={() => change(false)}
              className="absolute top-3.5 right-3.5"
            />
          </div>
        </Modal>
      )}
    </>
  );
}

/** Wraps the button that closes the dialog around it. */
export function DialogClose({ children }: { children: ReactNode }) {
  const close = useClose();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is what is pressed
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button inside is what is pressed
    <span className="contents" onClick={close}>
      {children}
    </span>
  );
}
