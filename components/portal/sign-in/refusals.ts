"use client";

import { useTexts } from "#components/portal/texts.tsx";
import type { FormAction } from "#components/ui/form.tsx";
import type { ActionState } from "#lib/platform/action-state.ts";

/** Says in the visitor's language why an action refused: its fields by their keys. What has no words stays as it came. */
export function useRefusals() {
  const t = useTexts("connection");
  const say = (key: string) => {
    const known = `refusals.${key}` as Parameters<typeof t>[0];
    return t.has(known) ? t(known) : key;
  };
  const translate = <Value>(state: ActionState<Value>): ActionState<Value> => {
    if (state.status !== "error") return state;
    const fields = Object.entries(state.fields ?? {}).map(([name, words]) => [name, say(words)] as const);
    const [first] = fields;
    // A field that the page does not show says its piece above the form.
    const message = first ? (fields.length === 1 ? first[1] : t("refusals.some")) : state.message;
    return { ...state, message, fields: Object.fromEntries(fields) };
  };
  return {
    translate,
    spoken:
      <Value>(action: FormAction<Value>): FormAction<Value> =>
      async (previous, form) =>
        translate(await action(previous, form)),
  };
}
