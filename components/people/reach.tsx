import Link from "next/link";
import type { PersonDetail } from "#lib/people/queries.ts";
import { SUBJECT_WORDS } from "#lib/people/words.ts";

const NAMED_MAX = 60;

/** What a person can reach: for each thing what they may do to it, and at which customers. */
export function Reach({ permissions, reach }: Pick<PersonDetail, "permissions" | "reach">) {
  return (
    <div className="grid gap-4 text-sm">
      <div className="grid gap-1.5">
        <h3 className="font-medium">Customers</h3>
        {reach === null && <p className="text-muted">All customers, those to come included.</p>}
        {reach !== null && (
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {reach.slice(0, NAMED_MAX).map((customer) => (
              <li key={customer.id}>
                <Link
                  href={`/customers/${customer.id}`}
                  className="underline decoration-line-strong underline-offset-4"
                >
                  {customer.name}
                </Link>
              </li>
            ))}
            {reach.length > NAMED_MAX && (
              <li className="text-muted">and {(reach.length - NAMED_MAX).toLocaleString("en")} more</li>
            )}
          </ul>
        )}
      </div>
      <table className="w-full text-left">
        <caption className="sr-only">What this person may do</caption>
        <thead className="sr-only">
          <tr>
            <th>Thing</th>
            <th>May</th>
          </tr>
        </thead>
        <tbody>
          {permissions.map(({ subject, verbs }) => (
            <tr key={subject} className="border-line border-t align-baseline">
              <th scope="row" className="w-40 py-1.5 pr-4 font-normal text-muted">
                {SUBJECT_WORDS[subject]}
              </th>
              <td className="py-1.5">
                {verbs.length > 0 ? verbs.map(words).join(", ") : <span className="text-faint">nothing</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function words(verb: string): string {
  return verb === "reset_sign_in" ? "reset sign-in" : verb.replaceAll("_", " ");
}
