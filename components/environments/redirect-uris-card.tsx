"use client";

import { Link2, MoreHorizontal } from "lucide-react";
import { useRef, useState } from "react";
import { ProofOfUri } from "#components/doctor/proof.tsx";
import { sayCarried } from "#components/operations/carried.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { type Columns, DataTable } from "#components/ui/data-table.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Status } from "#components/ui/status.tsx";
import type { RedirectUriProof } from "#lib/doctor/queries.ts";
import type { EnvironmentRow } from "#lib/environments/queries.ts";
import type { Page } from "#lib/platform/list.ts";
import {
  addRedirectUriAction,
  chooseDefaultRedirectUriAction,
  removeRedirectUriAction,
} from "#lib/redirect-uris/actions.ts";
import type { RedirectUriRow } from "#lib/redirect-uris/queries.ts";

interface RedirectUrisCardProps {
  environment: Pick<EnvironmentRow, "id" | "kind" | "state" | "whyNoDefault">;
  page: Page<RedirectUriRow>;
  deploymentId: string;
  proofs: Record<string, RedirectUriProof>;
  /** Whether there is enough to search in. */
  long: boolean;
  canChange: boolean;
}

const columnsWith = (
  proofs: Record<string, RedirectUriProof>,
  deploymentId: string,
): Columns<RedirectUriRow> => [
  { accessorKey: "uri", header: "Redirect URI", sortable: true, grow: true, cell: uriCell },
  {
    accessorKey: "id",
    header: "Seen by the doctor",
    cell: ({ id }) => <ProofOfUri proof={proofs[id]} deploymentId={deploymentId} />,
  },
  { accessorKey: "isDefault", header: "State", cell: stateCell },
];

/** Where a sign-in may return to. Everything else is refused. */
export function RedirectUrisCard({
  environment,
  page,
  deploymentId,
  proofs,
  long,
  canChange,
}: RedirectUrisCardProps) {
  const columns = columnsWith(proofs, deploymentId);
  const canChoose = environment.whyNoDefault === null;
  return (
    <Card
      title="Redirect URIs"
      description="A sign-in returns only to one of these. The default serves sign-ins that the identity provider starts."
      footer={environment.whyNoDefault ?? undefined}
      flush
    >
      <DataTable
        inCard
        name="uris"
        label="Redirect URIs"
        page={page}
        columns={columns}
        {...(long ? { search: "Search redirect URIs" } : {})}
        defaultSort="uri"
        {...(canChange
          ? { rowMenu: (row: RedirectUriRow) => <UriMenu item={row} canChoose={canChoose} /> }
          : {})}
        empty={
          <EmptyState icon={<Link2 />} title="No redirect URIs yet.">
            Until there is one, every sign-in is refused.
          </EmptyState>
        }
      />
      {canChange && environment.state !== "provisioning" && <AddUri environment={environment} />}
    </Card>
  );
}

function uriCell({ uri }: RedirectUriRow) {
  return <Copy value={uri} label="redirect URI" className="font-normal" />;
}

function stateCell({ isDefault, pending }: RedirectUriRow) {
  if (pending) return <Status tone="caution">Being added</Status>;
  return isDefault ? <Badge>Default</Badge> : null;
}

function UriMenu({ item, canChoose }: { item: RedirectUriRow; canChoose: boolean }) {
  const [task, setTask] = useState<"default" | "remove" | null>(null);
  const close = () => setTask(null);
  if (item.pending) return null;
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${item.uri}`}
          />
        }
      >
        <MenuItem
          disabled={item.isDefault || !canChoose || item.uri.includes("*")}
          onSelect={() => setTask("default")}
        >
          Make default…
        </MenuItem>
        <MenuItem tone="danger" disabled={item.isDefault} onSelect={() => setTask("remove")}>
          Remove…
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={task === "default"}
        onOpenChange={close}
        title="Make this the default?"
        description={`Sign-ins that name no redirect URI return to ${item.uri} from now on.`}
        confirm="Make default"
        tone="primary"
        action={chooseDefaultRedirectUriAction}
        fields={{ redirectUriId: item.id }}
        onDone={sayCarried("The default is changed.")}
      />
      <ConfirmDialog
        open={task === "remove"}
        onOpenChange={close}
        title="Remove this redirect URI?"
        description={`Sign-ins that return to ${item.uri} are refused from now on.`}
        confirm="Remove redirect URI"
        action={removeRedirectUriAction}
        fields={{ redirectUriId: item.id }}
        onDone={sayCarried("The redirect URI is removed.")}
      />
    </>
  );
}

function AddUri({ environment }: { environment: Pick<EnvironmentRow, "id" | "kind"> }) {
  const form = useRef<HTMLDivElement>(null);
  const hint =
    environment.kind === "production"
      ? "https only, or http://127.0.0.1 for a native app. One * may replace the left-most part of the host."
      : "http and localhost are allowed here. One * may replace the left-most part of the host, or the port of localhost.";
  return (
    <div ref={form} className="border-line border-t px-4 py-3">
      <Form
        action={addRedirectUriAction}
        onDone={(carried) => {
          form.current?.querySelector("form")?.reset();
          sayCarried("The redirect URI is added.")(carried);
        }}
        className="gap-2"
      >
        <input type="hidden" name="environmentId" value={environment.id} />
        <Field label="Add a redirect URI" name="uri" hint={hint}>
          <div className="flex gap-2">
            <Input
              mono
              placeholder="https://app.example.com/callback"
              autoComplete="off"
              spellCheck={false}
              className="min-w-0 flex-1"
            />
            <SubmitButton variant="secondary">Add</SubmitButton>
          </div>
        </Field>
      </Form>
    </div>
  );
}
