import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import type { CustomerRow } from "#lib/customers/queries.ts";
import { MODE_WORDS, REGIME_WORDS } from "#lib/deployments/words.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";

/** What is known of a customer, at a glance. */
export function CustomerFacts({ customer }: { customer: CustomerRow & { notes: string } }) {
  const modes = Object.values(DeploymentMode).filter((mode) => customer.byMode[mode] > 0);
  const words = modes.map((mode) => `${customer.byMode[mode]} ${MODE_WORDS[mode].toLowerCase()}`).join(", ");
  const sites: [string, ReactNode][] = [
    ["Deployments", words || "None yet"],
    ["Environments", customer.environments],
    ["Regimes", customer.regimes.length === 0 ? "None named" : <Regimes regimes={customer.regimes} />],
  ];
  const facts: [string, ReactNode][] = [
    ["Contact", customer.contactEmail && <Contact email={customer.contactEmail} />],
    ["Last activity", customer.lastActivityAt ? <Time at={customer.lastActivityAt} /> : "None yet"],
    ["Id", <Copy key="id" value={customer.id} label="customer id" />],
  ];
  const items = (pairs: [string, ReactNode][]) => pairs.map(([label, value]) => ({ label, value }));
  return (
    <Card>
      <div className="grid gap-x-10 lg:grid-cols-2">
        <KeyValue items={items(sites)} className="max-lg:border-line max-lg:border-b" />
        <KeyValue items={items(facts)} />
      </div>
      {customer.notes && (
        <p className="mt-2 whitespace-pre-line border-line border-t pt-3">{customer.notes}</p>
      )}
    </Card>
  );
}

function Regimes({ regimes }: Pick<CustomerRow, "regimes">) {
  return (
    <span className="flex flex-wrap gap-1">
      {regimes.map((regime) => (
        <Badge key={regime}>{REGIME_WORDS[regime]}</Badge>
      ))}
    </span>
  );
}

function Contact({ email }: { email: string }) {
  return (
    <a href={`mailto:${email}`} className="rounded-sm hover:underline">
      {email}
    </a>
  );
}
