"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useState } from "react";
import { RoleCounts } from "#components/directory-content/role-counts.tsx";
import { RoleEditor } from "#components/directory-content/role-editor.tsx";
import type { RoleWords } from "#components/directory-content/role-words.ts";
import { StepNav } from "#components/portal/sign-in/step-frame.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import type { RoleMapped, RolePlan, RolePreview, RoleWanted } from "#lib/drivers/directory-content-port.ts";
import {
  activateOwnRolesAction,
  discardOwnRolesAction,
  draftOwnRolesAction,
  findOwnGroupsAction,
  leaveRolesAction,
  returnOwnRolesAction,
} from "#lib/portal/directory/actions.ts";

interface PortalRolesProps {
  directoryId: string;
  plan: RolePlan;
  preview: RolePreview | null;
  /** Who would get what, person by person. */
  children?: ReactNode;
}

/** Which groups give which roles: prepared, looked at, and switched on in one step. */
export function PortalRoles({ directoryId, plan, preview, children }: PortalRolesProps) {
  const t = useTexts("directory");
  const router = useRouter();
  const words = useRoleWords();
  const [editing, setEditing] = useState(plan.mappings.length === 0 && plan.draft === null);
  const find = useCallback((search: string) => findOwnGroupsAction({ directoryId, search }), [directoryId]);
  const save = async (mappings: RoleWanted[]) => {
    const state = await draftOwnRolesAction({ directoryId, mappings });
    if (state.status === "done") setEditing(false);
    return state;
  };
  const { draft, previous, mappings } = plan;
  const ids = { directoryId };
  const finished = `/portal/directory/${directoryId}` as Route;
  return (
    <>
      <Card title={t("roles.in_force")}>
        <div className="grid gap-3">
          <Mappings mappings={mappings} plan={plan} words={words} none={t("roles.none_in_force")} />
          <div className="flex flex-wrap gap-2">
            {!draft && !editing && (
              <Button size="sm" onClick={() => setEditing(true)}>
                {t("roles.change")}
              </Button>
            )}
            {previous && (
              <Press action={returnOwnRolesAction} fields={ids} label={t("roles.back_to_before")} />
            )}
          </div>
        </div>
      </Card>
      {editing && (
        <Card title={t("roles.prepare")} description={t("roles.prepare_lead")}>
          <div className="grid gap-3">
            <RoleEditor
              initial={draft?.mappings ?? mappings}
              roles={plan.roles}
              words={words}
              find={find}
              save={save}
            />
            {(draft || mappings.length > 0) && (
              <div>
                <Button size="sm" variant="ghost" onClick={() => setEditing(false)}>
                  {t("roles.cancel")}
                </Button>
              </div>
            )}
          </div>
        </Card>
      )}
      {draft && preview && !editing && (
        <Card title={t("roles.prepared")} description={t("roles.prepared_lead")}>
          <div className="grid gap-4">
            <Mappings mappings={draft.mappings} plan={plan} words={words} none={t("roles.none_in_force")} />
            <Callout
              tone={preview.losing > 0 ? "caution" : "neutral"}
              title={t("roles.sentence", { changed: preview.changed, losing: preview.losing })}
            >
              {t("roles.without", { count: preview.without })}
            </Callout>
            <RoleCounts preview={preview} roles={plan.roles} words={words} />
            <div className="flex flex-wrap justify-end gap-2">
              <Press action={discardOwnRolesAction} fields={ids} label={t("roles.discard")} />
              <Button onClick={() => setEditing(true)}>{t("roles.edit")}</Button>
              <Press
                action={activateOwnRolesAction}
                fields={{ directoryId, version: String(draft.version) }}
                label={t("roles.switch_on")}
                primary
              />
            </div>
          </div>
        </Card>
      )}
      {!editing && children}
      <StepNav back={{ href: `/portal/directory/${directoryId}/watch`, label: t("watch.back") }}>
        {mappings.length > 0 && (
          <LinkButton href={finished} variant={draft ? "secondary" : "primary"}>
            {t("roles.finish")}
          </LinkButton>
        )}
        {mappings.length === 0 && !draft && (
          <Press
            action={leaveRolesAction}
            fields={ids}
            label={t("roles.without_roles")}
            onDone={() => router.push(finished)}
          />
        )}
      </StepNav>
    </>
  );
}

interface PressProps {
  action: Parameters<typeof Form<void>>[0]["action"];
  fields: Readonly<Record<string, string>>;
  label: string;
  primary?: boolean;
  onDone?: () => void;
}

/** One button that does one thing. */
function Press({ action, fields, label, primary = false, onDone }: PressProps) {
  return (
    <Form action={action} {...(onDone ? { onDone } : {})}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton variant={primary ? "primary" : "secondary"}>{label}</SubmitButton>
    </Form>
  );
}

interface MappingsProps {
  mappings: readonly RoleMapped[];
  plan: RolePlan;
  words: RoleWords;
  none: string;
}

function Mappings({ mappings, plan, words, none }: MappingsProps) {
  const names = new Map(plan.roles.map(({ slug, name }) => [slug, name]));
  if (mappings.length === 0) return <p className="text-muted text-sm">{none}</p>;
  return (
    <ol className="grid">
      {mappings.map(({ groupId, groupName, members, role }) => (
        <li
          key={`${groupId} ${role}`}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-0.5 border-line border-b py-1.5 text-sm last:border-0"
        >
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {groupName === null ? words.goneGroup : words.group(groupName, members)}
          </span>
          <span className="font-medium">{names.get(role) ?? role}</span>
        </li>
      ))}
    </ol>
  );
}

function useRoleWords(): RoleWords {
  const t = useTexts("directory");
  return {
    group: (name, members) => t("roles.words.group", { name, members }),
    goneGroup: t("roles.words.gone"),
    find: t("roles.words.find"),
    findHint: t("roles.words.find_hint"),
    finding: t("roles.words.finding"),
    foundNone: t("roles.words.found_none"),
    foundMore: (count) => t("roles.words.found_more", { count }),
    add: (name) => t("roles.words.add", { name }),
    order: t("roles.words.order"),
    role: (name) => t("roles.words.role", { name }),
    moveUp: (name) => t("roles.words.up", { name }),
    moveDown: (name) => t("roles.words.down", { name }),
    remove: (name) => t("roles.words.remove", { name }),
    none: t("roles.words.none"),
    preview: t("roles.words.preview"),
    columns: {
      role: t("roles.words.columns.role"),
      now: t("roles.words.columns.now"),
      after: t("roles.words.columns.after"),
      gain: t("roles.words.columns.gain"),
      lose: t("roles.words.columns.lose"),
    },
    people: (count) => count.toLocaleString("en"),
    nobody: t("roles.words.nobody"),
  };
}
