"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { DialogClose } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Form, type FormAction, FormActions, SubmitButton } from "./form.tsx";
import { Input } from "./input.tsx";

export interface ConfirmFormProps<Value> {
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

/** What a `ConfirmDialog` asks. */
export function ConfirmForm<Value>(props: ConfirmFormProps<Value>) {
  const [typed, setTyped] = useState("");
  return (
    <Form action={props.action} done={props.done} onDone={props.onDone}>
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
  );
}
