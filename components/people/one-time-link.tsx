"use client";

import { Button } from "#components/ui/button.tsx";
import { FormActions } from "#components/ui/form.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Time } from "#components/ui/time.tsx";
import type { OneTimeLink as Link } from "#lib/people/commands.ts";

/** A link to hand to somebody, the only time it is shown. */
export function OneTimeLink({ link, onClose }: { link: Link; onClose: () => void }) {
  return (
    <div className="grid gap-4">
      <SecretOnce label="link" value={link.url}>
        Send it to nobody but the person it is for. It works once, until{" "}
        <Time at={link.expiresAt} show="date" />.
      </SecretOnce>
      <FormActions>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </FormActions>
    </div>
  );
}
