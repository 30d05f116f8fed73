"use client";

import { useCallback, useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import {
  activateRolesAction,
  discardRolesAction,
  draftRolesAction,
  findGroupsAction,
  returnRolesAction,
} from "#lib/directory-content/actions.ts";
import type { RoleMapped, RolePlan, RolePreview, RoleWanted } from "#lib/drivers/directory-content-port.ts";
import { RoleCounts } from "./role-counts.tsx";
import { RoleEditor } from "./role-editor.tsx";
import { ROLE_WORDS } from "./role-words.ts";

interface ConsoleRolesProps {
  directoryId: string;
  plan: RolePlan;
  preview: RolePreview | null;
  may: { draft: boolean; activate: boolean; goBack: boolean };
}

/** Which groups give which roles: what is in force, and other ones that are prepared and looked at first. */
export function ConsoleRoles({ directoryId, plan, preview, may }: ConsoleRolesProps) {
  const [editing, setEditing] = useState(false);
  const find = useCallback((search: string) => findGroupsAction({ directoryId, search }), [directoryId]);
  const save = async (mappings: RoleWanted[]) => {
    const state = await draftRolesAction({ directoryId, mappings });
    if (state.status === "done") setEditing(false);
    return state;
  };
  const { draft, previous } = plan;
  const canStart = may.draft && !draft && !editing;
  return (
    <>
      <Card
        title="In force"
        description="What groups give people now."
        actions={
          <>
            {previous && may.goBack && (
              <GoBack directoryId={directoryId} before={previous.mappings} plan={plan} />
            )}
            {canStart && (
              <Button size="sm" onClick={() => setEditing(true)}>
                {plan.mappings.length === 0 ? "Give roles by groups" : "Prepare a change"}
              </Button>
            )}
          </>
        }
      >
        <Mappings mappings={plan.mappings} plan={plan} />
      </Card>
      {editing && (
        <Card
          title="Prepare"
          description="Nobody's role changes before you have seen the preview and switched it on."
          actions={
            <Button size="sm" variant="ghost" onClick={() => setEditing(false)}>
              Cancel
            </Button>
          }
        >
          <RoleEditor
            initial={draft?.mappings ?? plan.mappings}
            roles={plan.roles}
            words={ROLE_WORDS}
            find={find}
            save={save}
          />
        </Card>
      )}
      {draft && preview && !editing && (
        <Card
          title="Prepared"
          description="Worked out from the groups as they are now. Nothing of it is in force."
          actions={
            may.draft && (
              <>
                <ConfirmDialog
                  trigger={
                    <Button size="sm" variant="ghost">
                      Discard
                    </Button>
                  }
                  title="Discard what is prepared?"
                  description="What is in force stays as it is."
                  confirm="Discard"
                  action={discardRolesAction}
                  fields={{ directoryId }}
                  done="Discarded."
                />
                <Button size="sm" onClick={() => setEditing(true)}>
                  Edit
                </Button>
                {may.activate && (
                  <Activate directoryId={directoryId} version={draft.version} preview={preview} />
                )}
              </>
            )
          }
        >
          <div className="grid gap-4">
            <Mappings mappings={draft.mappings} plan={plan} />
            <PreviewSentence preview={preview} />
            <RoleCounts preview={preview} roles={plan.roles} words={ROLE_WORDS} />
          </div>
        </Card>
      )}
    </>
  );
}

function PreviewSentence({ preview }: { preview: RolePreview }) {
  const { total, changed, losing, without } = preview;
  const said = (count: number) => count.toLocaleString("en");
  return (
    <Callout
      tone={losing > 0 ? "caution" : "neutral"}
      title={
        changed === 0 ? "Nobody's roles change." : `The roles of ${said(changed)} of ${said(total)} change.`
      }
    >
      {losing > 0
        ? `${said(losing)} of them ${losing === 1 ? "loses" : "lose"} a role. `
        : "Nobody loses a role. "}
      {said(without)} have no role from a group{" "}
      {without > 0 && "and are members, where these people become members at all"}.
    </Callout>
  );
}

interface ActivateProps {
  directoryId: string;
  version: number;
  preview: RolePreview;
}

function Activate({ directoryId, version, preview }: ActivateProps) {
  const { changed, losing } = preview;
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="primary">
          Switch on
        </Button>
      }
      title="Switch these roles on?"
      description={`The roles of ${changed.toLocaleString("en")} people change at once, ${losing.toLocaleString("en")} of them lose one, and applications hear of each. You can go back to what is in force now.`}
      confirm="Switch on"
      tone={losing > 0 ? "danger" : "primary"}
      action={activateRolesAction}
      fields={{ directoryId, version: String(version) }}
      onDone={sayCarried("The roles are switched on.")}
    />
  );
}

interface GoBackProps {
  directoryId: string;
  before: readonly RoleMapped[];
  plan: RolePlan;
}

function GoBack({ directoryId, before, plan }: GoBackProps) {
  return (
    <ConfirmDialog
      trigger={
        <Button size="sm" variant="ghost">
          Go back
        </Button>
      }
      title="Go back to the roles from before?"
      description="They are in force again at once, and applications hear of every change. You can undo this in the same way."
      confirm="Go back"
      action={returnRolesAction}
      fields={{ directoryId }}
      onDone={sayCarried("The roles from before are in force again.")}
    >
      <Mappings mappings={before} plan={plan} />
    </ConfirmDialog>
  );
}

function Mappings({ mappings, plan }: { mappings: readonly RoleMapped[]; plan: RolePlan }) {
  const names = new Map(plan.roles.map(({ slug, name }) => [slug, name]));
  if (mappings.length === 0) return <p className="text-muted text-sm">No group gives a role.</p>;
  return (
    <ol className="grid">
      {mappings.map(({ groupId, groupName, members, role }) => (
        <li
          key={`${groupId} ${role}`}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-0.5 border-line border-b py-1.5 text-sm last:border-0"
        >
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {groupName === null ? ROLE_WORDS.goneGroup : ROLE_WORDS.group(groupName, members)}
          </span>
          <span className="font-medium">{names.get(role) ?? role}</span>
        </li>
      ))}
    </ol>
  );
}
