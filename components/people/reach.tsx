import Link from "next/link";
import type { PersonDetail } from "#lib/people/queries.ts";

/** What a person can reach: for each thing what they may do to it, and at which customers. */
export function Reach({ permissions, reach }: Pick<PersonDetail, "permissions" | "reach">) {
  return (
    <div className="grid gap-4 text-sm">
      <div className="grid gap-1.5">
        <h3 className="font-medium">Customers</h3>
        {reach === null && <p className="text-muted">All customers, those to come included.</p>}
        {reach !== null && (
          <ul className="flex flex-wrap gap-x-4 gap-y-1">
            {reach.map((customer) => (
              <li key={customer.id}>
                <Link
                  href={`/customers/${customer.id}`}
                  className="underline decoration-line-strong underline-offset-4"
                >
                  {customer.name}
                </Link>
              </li>
            ))}
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
                {words(subject)}
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

function words(name: string): string {
  return name.replaceAll("_", " ");
}
