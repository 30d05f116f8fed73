"use client";

import { startTransition, useActionState, useEffect } from "react";
import type { FormAction } from "#components/ui/form.tsx";
import type { ActionState } from "#lib/platform/action-state.ts";
import { IDLE } from "#lib/platform/action-state.ts";

/** Asks once, as soon as it is shown, what something would do. `idle` until the answer is there. */
export function usePreview<Value>(
  action: FormAction<Value>,
  fields: readonly (readonly [string, string])[],
): ActionState<Value> {
  const [state, dispatch] = useActionState<ActionState<Value>, FormData>(action, IDLE);
  const asked = JSON.stringify(fields);
  useEffect(() => {
    const form = new FormData();
    for (const [name, value] of JSON.parse(asked) as [string, string][]) form.append(name, value);
    startTransition(() => dispatch(form));
  }, [asked, dispatch]);
  return state;
}
