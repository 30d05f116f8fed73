import type { Metadata } from "next";
import { Invitations } from "#components/people/invitations.tsx";
import { InvitePerson } from "#components/people/invite-person.tsx";
import { PeopleTable } from "#components/people/people-table.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { listGrantableRoles, listInvitations, listPeople } from "#lib/people/queries.ts";
import { PERSON_LIST } from "#lib/people/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage({ searchParams }: PageProps<"/people">) {
  const actor = await requireActor();
  const page = await orNotFound(listPeople(actor, parseListQuery(await searchParams, PERSON_LIST)));
  const [invitations, customers] = await Promise.all([listInvitations(actor), listCustomerChoices(actor)]);
  const invite = <InvitePerson roles={listGrantableRoles(actor)} customers={customers} />;
  return (
    <div className="grid gap-5">
      <PageHead title="People" actions={invite}>
        Who may do what in this console, and how they prove who they are.
      </PageHead>
      <Invitations rows={invitations} />
      <PeopleTable page={page} />
    </div>
  );
}
