"use client";

import {
  createContext,
  type ReactNode,
  type RefObject,
  use,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from "react";
import { createPortal } from "react-dom";
import { cx } from "./cx.ts";

const CloseContext = createContext<() => void>(() => {});

interface ModalProps {
  onClose: () => void;
  labelledBy: string;
  describedBy?: string;
  className?: string;
  children: ReactNode;
}

/**
 * The browser's own modal dialog, open as long as it is rendered: it keeps the focus inside, closes on Escape and on
 * a press beside it, and gives the focus back to where it was. What dialogs, drawers, sheets and the palette are made of.
 */
export function Modal(props: ModalProps) {
  // Only in the browser: what stands in the body by itself is no part of the page that the server writes.
  const inBrowser = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  return inBrowser ? <Opened {...props} /> : null;
}

function Opened({ onClose, labelledBy, describedBy, className, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser gives the focus to the first thing that can have it; a modal may know better.
    element?.querySelector<HTMLElement>("[data-focus-first]")?.focus();
    return () => element?.close();
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cx("modal text-ink", className)}
    >
      <CloseContext value={onClose}>{children}</CloseContext>
    </dialog>,
    document.body,
  );
}

/** Closes the modal around whoever calls it. */
export function useClose(): () => void {
  return use(CloseContext);
}

/**
 * Makes the button that is handed in as `trigger` call `open`, wherever that button was rendered. `prepare` is called as soon as the pointer
 * or the focus is on it.
 */
export function useTrigger(
  wrapper: RefObject<HTMLElement | null>,
  open: () => void,
  isOpen: boolean,
  prepare?: () => void,
): void {
  const latest = useRef({ open, prepare });
  latest.current = { open, prepare };
  useEffect(() => {
    const element = wrapper.current;
    const press = () => latest.current.open();
    const near = () => latest.current.prepare?.();
    // What is only a wrapper is not entered itself: "over" comes up from the button.
    const nearing = ["pointerover", "focusin"] as const;
    element?.addEventListener("click", press);
    for (const event of nearing) element?.addEventListener(event, near);
    return () => {
      element?.removeEventListener("click", press);
      for (const event of nearing) element?.removeEventListener(event, near);
    };
  }, [wrapper]);
  useEffect(() => {
    const button = wrapper.current?.querySelector("button");
    button?.setAttribute("aria-haspopup", "dialog");
    button?.setAttribute("aria-expanded", String(isOpen));
  }, [wrapper, isOpen]);
}
