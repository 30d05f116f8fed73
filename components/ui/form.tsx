"use client";

import {
  type ComponentProps,
  type ReactNode,
  startTransition,
  use,
  useActionState,
  useEffect,
  useRef,
} from "react";
import { type ActionState, IDLE } from "#lib/platform/action-state.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { Callout } from "./callout.tsx";
import { cx } from "./cx.ts";
import { FormContext } from "./form-context.ts";
import { toast } from "./toast.ts";

/** A server action of a form: what it said last and what is sent now, to what it says next. */
export type FormAction<Value = unknown> = (
  previous: ActionState<Value>,
  form: FormData,
) => Promise<ActionState<Value>>;

interface FormProps<Value> extends Omit<ComponentProps<"form">, "action" | "children"> {
  action: FormAction<Value>;
  children: ReactNode;
  /** Runs in the browser when the action is done: close a dialog, show a secret. */
  onDone?: (value: Value) => void;
  /** Confirms in a toast; the action's own message wins. */
  done?: string;
}

/**
 * A form tied to a server action. What was typed stays when the action refuses it; the sentence for the whole form
 * stands above, the sentences for fields beside them, and the first of those gets the focus.
 */
export function Form<Value>({ action, children, onDone, done, className, ...rest }: FormProps<Value>) {
  const form = useRef<HTMLFormElement>(null);
  const [state, dispatch, pending] = useActionState<ActionState<Value>, FormData>(action, IDLE);
  const finished = useRef({ onDone, done });
  finished.current = { onDone, done };

  useEffect(() => {
    if (state.status === "error") form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    if (state.status !== "done") return;
    const words = state.message ?? finished.current.done;
    if (words) toast(words);
    finished.current.onDone?.(state.value);
  }, [state]);

  const fields = state.status === "error" ? (state.fields ?? {}) : {};
  return (
    <form
      {...rest}
      ref={form}
      action={dispatch}
      onSubmit={(event) => {
        // React empties a form after its action, refused or not. Sending it by hand keeps what was typed.
        event.preventDefault();
        const data = new FormData(event.currentTarget, event.nativeEvent.submitter);
        startTransition(() => dispatch(data));
      }}
      className={cx("grid gap-4", className)}
    >
      <div role="alert" className="contents">
        {state.status === "error" && !pending && <Callout tone="negative">{state.message}</Callout>}
      </div>
      <FormContext value={{ pending, fields }}>{children}</FormContext>
    </form>
  );
}

/** The button that sends the form around it. */
export function SubmitButton({ variant = "primary", ...rest }: ButtonProps) {
  const { pending } = use(FormContext);
  return <Button {...rest} type="submit" variant={variant} pending={pending} />;
}

/** The row of buttons that ends a form: the one that does it last, at the right. */
export function FormActions({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div className={cx("flex flex-wrap items-center justify-end gap-2 pt-1", className)}>{children}</div>
  );
}
