"use client";

import { Rss } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Select } from "#components/ui/select.tsx";
import { serveListAction } from "#lib/exports/actions.ts";
import type { ListMade } from "#lib/exports/commands.ts";
import type { OfferedService } from "#lib/exports/queries.ts";
import { serviceKey } from "#lib/exports/shape.ts";
import { serviceWords } from "./words.ts";

interface ServeListProps {
  deploymentId: string;
  services: readonly OfferedService[];
}

/** Puts the addresses of the rules in force at a URL, and shows it once. */
export function ServeList({ deploymentId, services }: ServeListProps) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<ListMade | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    setMade(null);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      trigger={<Button icon={<Rss />}>Serve a list</Button>}
      title={made ? "The list is served" : "Serve a list to a firewall"}
      description={
        made
          ? "It changes with the rules in force, and as they expire."
          : "The firewall fetches it from a URL of its own. Nobody without that URL can read it."
      }
    >
      {made ? (
        <div className="grid gap-4">
          <SecretOnce label="URL" value={made.url}>
            Enter it in the firewall as an IP list and let it ask every five minutes. It answers 304 while
            nothing changed.
          </SecretOnce>
          <FormActions>
            <DialogClose>
              <Button variant="primary">Done</Button>
            </DialogClose>
          </FormActions>
        </div>
      ) : (
        <ServeForm deploymentId={deploymentId} services={services} onDone={setMade} />
      )}
    </Dialog>
  );
}

function ServeForm({
  deploymentId,
  services,
  onDone,
}: ServeListProps & { onDone: (made: ListMade) => void }) {
  const [holds, setHolds] = useState("addresses");
  const [direction, setDirection] = useState("egress");
  const fitting = services.filter((service) => service.direction === direction);
  return (
    <Form action={serveListAction} onDone={onDone}>
      <input type="hidden" name="deploymentId" value={deploymentId} />
      <Field label="Firewall" name="name" hint="Who fetches it: it stands in the history.">
        <Input maxLength={80} placeholder="PA-3220, hall 3" autoComplete="off" />
      </Field>
      <Field label="It holds" name="holds">
        <Select
          value={holds}
          onChange={(event) => setHolds(event.currentTarget.value)}
          options={[
            { value: "addresses", label: "Addresses, one network a line" },
            { value: "rules", label: "Every rule as JSON, with a change token" },
          ]}
        />
      </Field>
      {holds === "addresses" && (
        <>
          <Field label="Direction" name="direction">
            <Select
              value={direction}
              onChange={(event) => setDirection(event.currentTarget.value)}
              options={[
                { value: "egress", label: "Egress: destinations outside" },
                { value: "ingress", label: "Ingress: sources outside" },
              ]}
            />
          </Field>
          <Field
            label="Service"
            name="service"
            hint="The list holds addresses only: the firewall's own rule says the ports. A list for each service opens nothing more than the rules do."
          >
            <Select
              key={direction}
              options={[
                { value: "any", label: "Every service" },
                ...fitting.map((service) => ({
                  value: serviceKey(service),
                  label: `${serviceWords(service)} (${service.rules} ${service.rules === 1 ? "rule" : "rules"})`,
                })),
              ]}
            />
          </Field>
        </>
      )}
      <FormActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <SubmitButton>Serve list</SubmitButton>
      </FormActions>
    </Form>
  );
}
