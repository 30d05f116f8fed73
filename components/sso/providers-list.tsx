"use client";

import { MoreHorizontal } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Status } from "#components/ui/status.tsx";
import { disableProviderAction, enableProviderAction, removeProviderAction } from "#lib/auth/sso/actions.ts";
import type { ProviderRow } from "#lib/auth/sso/queries.ts";
import { EditProvider } from "./edit-provider.tsx";

/** The SSO providers of this console: what each is, whether it is offered, and who may change that. */
export function ProvidersList({ providers, canChange }: { providers: ProviderRow[]; canChange: boolean }) {
  return (
    <ul className="divide-y divide-line">
      {providers.map((provider) => (
        <li
          key={provider.id}
          className="flex flex-wrap items-start justify-between gap-3 py-3 first:pt-0 last:pb-0"
        >
          <div className="grid min-w-0 gap-1">
            <span className="flex flex-wrap items-center gap-x-3 font-medium text-sm">
              {provider.name}
              {provider.enabled ? (
                <Status tone="positive">Offered</Status>
              ) : (
                <Status tone="neutral">Switched off</Status>
              )}
            </span>
            <Copy value={provider.issuer ?? provider.baseUrl ?? ""} label="address" />
            <p className="text-muted text-xs [overflow-wrap:anywhere]">{factsOf(provider)}</p>
          </div>
          {canChange && (
            <div className="flex items-center gap-1">
              <Switch provider={provider} />
              <More provider={provider} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function factsOf({ kind, clientId, organizationId, connectionId, people }: ProviderRow): string {
  const kinds = kind === "oidc" ? "OpenID Connect" : "Environment";
  const linked = people === 1 ? "1 person linked" : `${people} people linked`;
  return [kinds, `client ${clientId}`, connectionId ?? organizationId, linked].filter(Boolean).join(" · ");
}

function Switch({ provider }: { provider: ProviderRow }) {
  const { id, enabled } = provider;
  return (
    <Form
      key={String(enabled)}
      action={enabled ? disableProviderAction : enableProviderAction}
      done={enabled ? "Nobody signs in through it any more." : "Offered at the sign-in page."}
    >
      <input type="hidden" name="providerId" value={id} />
      <SubmitButton variant="secondary" size="sm">
        {enabled ? "Switch off" : "Switch on"}
      </SubmitButton>
    </Form>
  );
}

function More({ provider }: { provider: ProviderRow }) {
  const [task, setTask] = useState<"edit" | "remove" | null>(null);
  const close = () => setTask(null);
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${provider.name}`}
          />
        }
      >
        <MenuItem onSelect={() => setTask("edit")}>Edit…</MenuItem>
        <MenuItem tone="danger" onSelect={() => setTask("remove")}>
          Remove…
        </MenuItem>
      </DropdownMenu>
      <EditProvider provider={provider} open={task === "edit"} onOpenChange={close} />
      <ConfirmDialog
        open={task === "remove"}
        onOpenChange={close}
        title="Remove this provider?"
        description="Nobody signs in through it any more, and which of its accounts belongs to whom is forgotten. Sessions that stand go on."
        confirm="Remove provider"
        name={provider.name}
        action={removeProviderAction}
        fields={{ providerId: provider.id, confirm: provider.name }}
        done="The provider is removed."
      />
    </>
  );
}
