"use client";

import { Stethoscope } from "lucide-react";
import { Callout } from "#components/ui/callout.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import { checkServiceAction } from "#lib/services/actions.ts";
import type { ServiceRow } from "#lib/services/queries.ts";

interface ServiceDrawerProps {
  service: ServiceRow;
  canCheck: boolean;
  closeHref: string;
}

/** One service with everything known of it, and whether it answers right now. */
export function ServiceDrawer({ service, canCheck, closeHref }: ServiceDrawerProps) {
  const { stateReason, lastHeardAt, customerName } = service;
  return (
    <Drawer title={service.name} description="Offline identity service" closeHref={closeHref}>
      <div className="grid gap-5">
        {stateReason && (
          <Callout tone="negative" title="It does not answer.">
            {stateReason}
          </Callout>
        )}
        <KeyValue
          items={[
            { label: "Address", value: <Copy value={service.baseUrl} label="address" /> },
            { label: "Key", value: <Copy value={service.keyFingerprint} label="key fingerprint" /> },
            { label: "Version", value: service.version },
            { label: "Belongs to", value: customerName ?? "The vendor" },
            { label: "Environments", value: service.environments.toLocaleString("en") },
            { label: "Last heard", value: lastHeardAt ? <Time at={lastHeardAt} /> : "Never" },
            { label: "Id", value: <Copy value={service.id} label="id" /> },
          ]}
        />
        {canCheck && (
          <Form action={checkServiceAction} done="It is the service we know, and takes our token.">
            <input type="hidden" name="serviceId" value={service.id} />
            <div>
              <SubmitButton variant="secondary" icon={<Stethoscope />}>
                Check now
              </SubmitButton>
            </div>
          </Form>
        )}
      </div>
    </Drawer>
  );
}
