"use client";

import { useState } from "react";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Select } from "#components/ui/select.tsx";
import { rotateTokenAction, showTokenAction } from "#lib/directories/actions.ts";
import type { TokenMade } from "#lib/directories/commands.ts";
import { TOKEN_OVERLAPS } from "#lib/directories/shape.ts";
import { TokenShown } from "./token-shown.tsx";

/** Makes the token that takes over, and shows it once. */
export function RotateToken({ directoryId, endpoint }: { directoryId: string; endpoint: string | null }) {
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setToken(null);
  };
  return (
    <Dialog
      trigger={<Button size="sm">Rotate token</Button>}
      open={open}
      onOpenChange={change}
      title={token ? "The new token" : "Rotate the token"}
      description={
        token
          ? undefined
          : "A new token takes over. The old one goes on working for a while, so that no sync fails meanwhile."
      }
    >
      {token ? (
        <Shown endpoint={endpoint} token={token} />
      ) : (
        <Form
          action={rotateTokenAction}
          onDone={(made: TokenMade) => {
            if (made.token) return setToken(made.token);
            sayCarried("The token was rotated.")(made);
            change(false);
          }}
        >
          <input type="hidden" name="directoryId" value={directoryId} />
          <Field label="The old token works for" name="overlap">
            <Select options={OVERLAPS} defaultValue="24" />
          </Field>
          <FormActions>
            <DialogClose>
              <Button>Cancel</Button>
            </DialogClose>
            <SubmitButton>Rotate token</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

const OVERLAPS = Object.entries(TOKEN_OVERLAPS)
  .sort(([one], [other]) => Number(one) - Number(other))
  .map(([value, label]) => ({ value, label }));

/** A token that was made later than it was asked for. */
export function ShowToken({ directoryId }: { directoryId: string }) {
  const [open, setOpen] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next) setToken(null);
  };
  return (
    <Dialog
      trigger={<Button variant="primary">Show token once</Button>}
      open={open}
      onOpenChange={change}
      title={token ? "The token" : "Show the token"}
      description={
        token ? undefined : "It was made later than it was asked for. It can be shown once, to one person."
      }
    >
      {token ? (
        <Shown endpoint={null} token={token} />
      ) : (
        <Form action={showTokenAction} onDone={(shown: { token: string }) => setToken(shown.token)}>
          <input type="hidden" name="directoryId" value={directoryId} />
          <FormActions>
            <SubmitButton>Show the token</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

function Shown({ endpoint, token }: { endpoint: string | null; token: string }) {
  return (
    <div className="grid gap-4">
      <TokenShown endpoint={endpoint} token={token} />
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
