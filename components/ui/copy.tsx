"use client";

import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";

interface CopyButtonProps {
  value: string;
  /** What is copied, for those who do not see it: "client id". */
  label: string;
  /** What the button says, where the page is not in English: whole sentences, with the label in them. */
  words?: { copy: string; copied: string };
  className?: string;
}

/** Puts a value on the clipboard and says so. */
export function CopyButton({ value, label, words, className }: CopyButtonProps) {
  const { copy, copied: done } = words ?? { copy: `Copy ${label}`, copied: `Copied ${label}` };
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        icon={copied ? <Check className="text-positive" /> : <CopyIcon className="size-3.5!" />}
        aria-label={copy}
        title={copy}
        className={cx("size-6!", className)}
        onClick={() => void writeClipboard(value).then(setCopied)}
      />
      <span aria-live="polite" className="sr-only">
        {copied ? done : ""}
      </span>
    </>
  );
}

interface CopyProps extends CopyButtonProps {
  /** Shown instead of the whole value; the whole value is in the title and is what is copied. */
  shown?: string;
}

/** An id or address in monospace; the button appears on hover and on focus. */
export function Copy({ value, shown, label, words, className }: CopyProps) {
  return (
    <span
      className={cx("group/copy inline-flex min-w-0 max-w-full items-center gap-0.5 align-middle", className)}
    >
      <code className="truncate text-xs" title={value}>
        {shown ?? value}
      </code>
      <CopyButton
        value={value}
        label={label}
        {...(words ? { words } : {})}
        className="opacity-0 focus-visible:opacity-100 group-hover/copy:opacity-100 pointer-coarse:opacity-100"
      />
    </span>
  );
}

/** The clipboard API exists only on https and localhost; a console reached over plain http falls back to selecting. */
async function writeClipboard(value: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement("textarea");
  area.value = value;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}
