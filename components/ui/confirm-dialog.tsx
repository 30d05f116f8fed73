"use client";

import { type ReactNode, useState } from "react";
import type { ConfirmFormProps } from "./confirm-form.tsx";
import { Dialog } from "./dialog.tsx";
import { later } from "./later.tsx";

interface ConfirmDialogProps<Value> extends ConfirmFormProps<Value> {
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and whether it can be undone. */
  description: ReactNode;
}

// What each confirmation's action answers is its own; the form hands it on as it is.
const ConfirmForm = later(
  async () => ({ default: (await import("./confirm-form.tsx")).ConfirmForm<never> }),
  0,
);

/** Asks once more before something is done that hurts, and says what it does. */
export function ConfirmDialog<Value>({
  trigger,
  open,
  onOpenChange,
  title,
  description,
  onDone,
  ...form
}: ConfirmDialogProps<Value>) {
  const [own, setOwn] = useState(false);
  const setOpen = (next: boolean) => {
    setOwn(next);
    onOpenChange?.(next);
  };
  const props: ConfirmFormProps<Value> = {
    ...form,
    onDone: (value) => {
      setOpen(false);
      onDone?.(value);
    },
  };
  return (
    <Dialog
      trigger={trigger}
      open={open ?? own}
      onOpenChange={setOpen}
      prepare={ConfirmForm.prepare}
      title={title}
      description={description}
      size="sm"
    >
      <ConfirmForm {...(props as unknown as ConfirmFormProps<never>)} />
    </Dialog>
  );
}
