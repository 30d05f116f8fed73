"use client";

import { MoreHorizontal, Stethoscope } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { DropdownMenu, MenuItem } from "#components/ui/dropdown-menu.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import { checkServiceAction, removeServiceAction } from "#lib/services/actions.ts";
import type { ServiceRow } from "#lib/services/queries.ts";

interface ServicesListProps {
  services: ServiceRow[];
  canCheck: boolean;
  canRemove: boolean;
}

/** The identity services this console drives, and how each stands. */
export function ServicesList({ services, canCheck, canRemove }: ServicesListProps) {
  return (
    <ul className="grid gap-4">
      {services.map((service) => (
        <li key={service.id}>
          <Card
            title={
              <span className="flex flex-wrap items-center gap-x-3">
                {service.name}
                {service.stateReason ? (
                  <Status tone="negative">Failing</Status>
                ) : (
                  <Status tone="positive">Answers</Status>
                )}
              </span>
            }
            actions={
              <>
                {canCheck && <Check serviceId={service.id} />}
                {canRemove && <Remove service={service} />}
              </>
            }
            footer={service.stateReason || undefined}
          >
            <KeyValue
              items={[
                { label: "Address", value: <Copy value={service.baseUrl} label="address" /> },
                { label: "Key", value: <Copy value={service.keyFingerprint} label="key fingerprint" /> },
                { label: "Version", value: service.version },
                { label: "Belongs to", value: service.customerName ?? "The vendor" },
                { label: "Environments", value: String(service.environments) },
                {
                  label: "Last heard",
                  value: service.lastHeardAt ? <Time at={service.lastHeardAt} /> : "Never",
                },
              ]}
            />
          </Card>
        </li>
      ))}
    </ul>
  );
}

function Check({ serviceId }: { serviceId: string }) {
  return (
    <Form
      action={checkServiceAction}
      done="It is the service we know, and takes our token."
      className="max-w-md"
    >
      <input type="hidden" name="serviceId" value={serviceId} />
      <SubmitButton variant="secondary" size="sm" icon={<Stethoscope />}>
        Check now
      </SubmitButton>
    </Form>
  );
}

function Remove({ service }: { service: ServiceRow }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <DropdownMenu
        trigger={
          <Button
            variant="ghost"
            size="sm"
            icon={<MoreHorizontal />}
            aria-label={`Actions for ${service.name}`}
          />
        }
      >
        <MenuItem tone="danger" disabled={service.environments > 0} onSelect={() => setOpen(true)}>
          Remove…
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Remove this identity service?"
        description="This console forgets it and the token for it. The service itself goes on running."
        confirm="Remove service"
        name={service.name}
        action={removeServiceAction}
        fields={{ serviceId: service.id, confirm: service.name }}
        done="The service is removed."
      />
    </>
  );
}
