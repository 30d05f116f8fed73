import type { Metadata } from "next";
import { Invitations } from "#components/people/invitations.tsx";
import { InvitePerson } from "#components/people/invite-person.tsx";
import { PeopleTable } from "#components/people/people-table.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listCustomerChoices } from "#lib/customers/queries.ts";
import { listGrantableRoles, listInvitations, listPeople } from "#lib/people/queries.ts";
import { INVITATION_LIST, PERSON_LIST } from "#lib/people/schema.ts";
import { isNarrowed, parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "People" };

const LONG = 10;

export default async function PeoplePage({ searchParams }: PageProps<"/people">) {
  const actor = await requireActor();
  const params = await searchParams;
  const page = await orNotFound(() => listPeople(actor, parseListQuery(params, PERSON_LIST)));
  const invited = parseListQuery(params, INVITATION_LIST, "invited");
  const [invitations, customers] = await Promise.all([
    listInvitations(actor, invited),
    listCustomerChoices(actor),
  ]);
  const invite = <InvitePerson roles={listGrantableRoles(actor)} customers={customers} />;
  return (
    <div className="grid gap-5">
      <PageHead title="People" actions={invite}>
        Who may do what in this console, and how they prove who they are.
      </PageHead>
      <Invitations page={invitations} long={invitations.total > LONG || isNarrowed(invited)} />
      <PeopleTable page={page} />
    </div>
  );
}
