"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog, DialogClose } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "./form.tsx";
import { Input } from "./input.tsx";

interface ConfirmDialogProps<Value> {
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: ReactNode;
  /** What will happen, and whether it can be undone. */
  description: ReactNode;
  /** The verb on the button: "Revoke key". */
  confirm: string;
  /** When given, the person types this name first: for what cannot be undone. */
  name?: string;
  action: FormAction<Value>;
  /** Hidden fields for the action: the ids of what is acted on. */
  fields: Readonly<Record<string, string>>;
  done?: string;
  onDone?: (value: Value) => void;
  tone?: "danger" | "primary";
  children?: ReactNode;
}

/** Asks once more before something is done that hurts, and says what it does. */
export function ConfirmDialog<Value>(props: ConfirmDialogProps<Value>) {
  const [own, setOwn] = useState(false);
  const [typed, setTyped] = useState("");
  const open = props.open ?? own;
  const setOpen = (next: boolean) => {
    setTyped("");
    setOwn(next);
    props.onOpenChange?.(next);
  };
  return (
    <Dialog
      trigger={props.trigger}
      open={open}
      onOpenChange={setOpen}
      title={props.title}
      description={props.description}
      size="sm"
    >
      <Form
        action={props.action}
        done={props.done}
        onDone={(value: Value) => {
          setOpen(false);
          props.onDone?.(value);
        }}
      >
        {Object.entries(props.fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {props.children}
        {props.name !== undefined && (
          <Field
            label={
              <>
                Type <span className="font-mono text-xs">{props.name}</span> to confirm
              </>
            }
          >
            <Input
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </Field>
        )}
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton
            variant={props.tone ?? "danger"}
            disabled={props.name !== undefined && typed.trim() !== props.name}
          >
            {props.confirm}
          </SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
