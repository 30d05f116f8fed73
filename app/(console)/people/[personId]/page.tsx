import type { Metadata } from "next";
import { PersonActions } from "#components/people/person-actions.tsx";
import { PersonFacts } from "#components/people/person-facts.tsx";
import { Reach } from "#components/people/reach.tsx";
import { Sessions } from "#components/people/sessions.tsx";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { Status } from "#components/ui/status.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { revokePersonSessionAction } from "#lib/people/actions.ts";
import { getPerson, listGrantableRoles } from "#lib/people/queries.ts";
import { ROLE_WORDS } from "#lib/people/words.ts";
import { orNotFound } from "#lib/platform/page.ts";

export async function generateMetadata({ params }: PageProps<"/people/[personId]">): Promise<Metadata> {
  const { personId } = await params;
  const { name } = await orNotFound(async () => getPerson(await requireActor(), personId));
  return { title: name };
}

export default async function PersonPage({ params }: PageProps<"/people/[personId]">) {
  const { personId } = await params;
  const actor = await requireActor();
  const person = await orNotFound(() => getPerson(actor, personId));
  const { id, name, role, reach } = person;
  const chosen = (reach ?? []).map((customer) => customer.id);
  const customers = person.locked === null ? await listCustomerChoices(actor, { chosen }) : [];
  const suspended = person.status === "suspended";
  const actions = person.locked === null && (
    <PersonActions
      person={{ id, name, suspended }}
      roles={listGrantableRoles(actor)}
      customers={customers}
      role={role}
      named={reach === null ? null : chosen}
    />
  );
  const revoke =
    person.locked === null ? { action: revokePersonSessionAction, fields: { personId } } : undefined;
  return (
    <div className="grid gap-5">
      <Breadcrumb items={[{ label: "People", href: "/people" }, { label: name }]} />
      <PageHead
        title={name}
        status={
          suspended ? <Status tone="negative">Suspended</Status> : <Status tone="positive">Active</Status>
        }
        actions={actions}
      >
        {ROLE_WORDS[role].name}. {ROLE_WORDS[role].means} {person.locked}
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title="Sign-in">
          <PersonFacts person={person} />
        </Card>
        <Card title="Sessions" flush>
          <Sessions rows={person.sessions} revoke={revoke} />
        </Card>
        <Card title="What this person can reach" className="lg:col-span-2">
          <Reach permissions={person.permissions} reach={reach} />
        </Card>
      </div>
    </div>
  );
}
