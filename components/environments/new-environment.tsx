"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import type { EnvironmentChoices } from "#lib/environments/queries.ts";
import type { ServiceChoice } from "#lib/services/queries.ts";
import { EnvironmentForm } from "./environment-form.tsx";

interface NewEnvironmentProps {
  deploymentId: string;
  choices: EnvironmentChoices;
  services: ServiceChoice[];
  trigger: ReactNode;
}

/** Adds an environment in a dialog, and shows it. */
export function NewEnvironment({ deploymentId, choices, services, trigger }: NewEnvironmentProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      trigger={trigger}
      open={open}
      onOpenChange={setOpen}
      title="New environment"
      description="Its client id, keys and redirect URIs are its own: nothing is shared with another deployment."
    >
      <EnvironmentForm
        deploymentId={deploymentId}
        choices={choices}
        services={services}
        leave={
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
        }
        onDone={(environmentId) => {
          setOpen(false);
          router.push(`/deployments/${deploymentId}/environments?environment=${environmentId}`);
        }}
      />
    </Dialog>
  );
}
