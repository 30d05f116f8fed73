"use client";

import { createContext, type ReactNode, use, useId } from "react";
import { ControlWords } from "./control-words.ts";
import { cx } from "./cx.ts";
import { FormContext } from "./form-context.ts";
import { Label } from "./label.tsx";

interface FieldFacts {
  id: string;
  name: string | undefined;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

const FieldContext = createContext<FieldFacts | null>(null);

interface FieldProps {
  label: ReactNode;
  /** The name of the control in the form; an action's sentence for this name appears below it. */
  name?: string;
  hint?: ReactNode;
  error?: string;
  required?: boolean;
  /** Says "Optional" beside the label: for the few fields of a form that may stay empty. */
  optional?: boolean;
  className?: string;
  children: ReactNode;
}

/** A label, one control, what to know about it, and what is wrong with it, tied together for screen readers. */
export function Field({
  label,
  name,
  hint,
  error,
  required = false,
  optional,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const form = use(FormContext);
  const words = use(ControlWords);
  const sentence = error ?? (name ? form.fields[name] : undefined);
  const describedBy = cx(hint && `${id}-hint`, sentence && `${id}-error`) || undefined;
  return (
    <div className={cx("grid content-start gap-1.5", className)}>
      <div className="flex items-baseline justify-between gap-3">
        <Label htmlFor={id}>{label}</Label>
        {optional && <span className="text-faint text-xs">{words.optional}</span>}
      </div>
      <FieldContext value={{ id, name, describedBy, invalid: sentence !== undefined, required }}>
        {children}
      </FieldContext>
      {sentence && (
        <p id={`${id}-error`} className="text-negative text-xs">
          {sentence}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-xs">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Around controls that are parts of the field's one control: each with a name and an id of its own, or with none. */
export function FieldParts({ children }: { children: ReactNode }) {
  return <FieldContext value={null}>{children}</FieldContext>;
}

interface Control {
  id?: string;
  name?: string;
  required?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean | "true" | "false" | "grammar" | "spelling";
}

/** What a control inherits from the field around it; its own props win. */
export function useControl(own: Control): Control {
  const field = use(FieldContext);
  if (!field) return own;
  return {
    id: own.id ?? field.id,
    name: own.name ?? field.name,
    required: own.required ?? field.required,
    "aria-describedby": own["aria-describedby"] ?? field.describedBy,
    "aria-invalid": own["aria-invalid"] ?? (field.invalid || undefined),
  };
}
