import type { Route } from "next";
import Link from "next/link";
import { LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { Basket } from "#lib/change-requests/queries.ts";

/** The draft that the next change goes to, where there is one; and the way to the requests. */
export function BasketBar({ deploymentId, basket }: { deploymentId: string; basket: Basket }) {
  const { draft, open } = basket;
  const requests = `/deployments/${deploymentId}/allowlist/requests`;
  const all = (
    <Link href={requests as Route} className="text-accent text-sm hover:underline">
      {open === 0 ? "Change requests" : open === 1 ? "1 open change request" : `${open} open change requests`}
    </Link>
  );
  if (!draft) return <p>{all}</p>;
  return (
    <Callout
      tone="accent"
      title={`Draft ${draft.number}: ${draft.title}`}
      action={
        <LinkButton variant="primary" size="sm" href={`${requests}/${draft.id}` as Route}>
          Review draft
        </LinkButton>
      }
    >
      <span className="flex flex-wrap gap-x-4">
        <span>
          {draft.changes === 1 ? "1 change" : `${draft.changes} changes`} so far. What you add or change goes
          here until you propose it.
        </span>
        {all}
      </span>
    </Callout>
  );
}
