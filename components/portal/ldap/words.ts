"use client";

import type { LdapWords } from "#components/connections/ldap-words.ts";
import { useTexts } from "#components/portal/texts.tsx";
import type { FormAction } from "#components/ui/form.tsx";
import type { ActionState } from "#lib/platform/action-state.ts";

/** What the form about a directory server says, in the visitor's language. */
export function useLdapWords(): LdapWords {
  const t = useTexts("ldap");
  const say = (key: string) => t(`fields.${key}` as Parameters<typeof t>[0]);
  const field = (name: string) => ({ label: say(`${name}.label`), hint: say(`${name}.hint`) });
  const more = <Key extends string>(name: string, ...keys: Key[]) =>
    Object.fromEntries(keys.map((key) => [key, say(`${name}.${key}`)])) as Record<Key, string>;
  return {
    kind: more("kind", "label", "active_directory", "standard"),
    servers: field("servers"),
    authority: {
      ...field("authority"),
      ...more("authority", "choose", "reading", "understood", "until", "not_authority"),
    },
    mode: { ...field("mode"), ...more("mode", "search", "direct") },
    template: field("template"),
    account: { ...field("account"), ...more("account", "hint_direct") },
    password: more("password", "label", "hint_new", "hint_kept"),
    people: field("people"),
    groups_beneath: field("groups_beneath"),
    filter: more("filter", "label", "hint_sign_in", "hint_sync"),
    groups: { ...field("groups"), ...more("groups", "none", "member_of", "search", "matching_rule") },
    nested: { ...field("nested"), ...more("nested", "on", "off") },
    group_filter: field("group_filter"),
    interval: field("interval"),
  };
}

/** "Every 15 minutes", "Every 6 hours", "Once a day". */
export function useIntervals(): (minutes: number) => string {
  const t = useTexts("ldap");
  return (minutes) => {
    if (minutes === 1_440) return t("every_day");
    return minutes % 60 === 0 ? t("every_hours", { hours: minutes / 60 }) : t("every", { minutes });
  };
}

/** Says in the visitor's language what is wrong with a field, by its name. What has no words stays as it came. */
export function useLdapRefusals() {
  const t = useTexts("ldap");
  const translate = <Value>(state: ActionState<Value>): ActionState<Value> => {
    if (state.status !== "error") return state;
    const fields = Object.entries(state.fields ?? {}).map(([path, words]) => {
      const name = path.replace(/^ldap\.bind_password$/, "bindPassword");
      const known = `refusals.${name}` as Parameters<typeof t>[0];
      return [name, t.has(known) ? t(known) : words] as const;
    });
    const message = fields.length > 0 ? t("refusals.some") : state.message;
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
