"use client";

import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "./button.tsx";
import { dismissToast, readToasts, type Toast, watchToasts } from "./toast.ts";

const SHOWN_MS = 5_000;
const NONE: readonly Toast[] = [];

interface ToasterWords {
  notifications: string;
  dismiss: string;
}

/** Where toasts appear. Once in the frame; read out politely by screen readers. */
export function Toaster({ words }: { words: ToasterWords }) {
  const toasts = useSyncExternalStore(watchToasts, readToasts, () => NONE);
  const [held, setHeld] = useState(false);
  return (
    <section
      aria-label={words.notifications}
      aria-live="polite"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-end gap-2"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} held={held} dismiss={words.dismiss} />
      ))}
    </section>
  );
}

function ToastCard({ toast, held, dismiss }: { toast: Toast; held: boolean; dismiss: string }) {
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast.id, held]);
  const positive = toast.tone === "positive";
  const Icon = positive ? CircleCheck : CircleAlert;
  return (
    <div className="pointer-events-auto flex max-w-sm animate-rise items-center gap-2.5 rounded-lg border border-line-strong bg-raised py-1.5 pr-1.5 pl-3 shadow-raised">
      <Icon aria-hidden className={`size-4 shrink-0 ${positive ? "text-positive" : "text-negative"}`} />
      <p className="flex-1 text-sm">{toast.words}</p>
      <Button
        variant="ghost"
        size="sm"
        icon={<X />}
        aria-label={dismiss}
        onClick={() => dismissToast(toast.id)}
      />
    </div>
  );
}
