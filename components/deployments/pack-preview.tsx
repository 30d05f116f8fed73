import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";

export interface PackDoor {
  id: string;
  direction: "egress" | "ingress";
  /** "TCP 443" */
  traffic: string;
  /** "Cloudflare", or what the site is asked for. */
  peer: string;
  hosts: readonly string[];
  /** The site says it, or the rule is left out. */
  asked: boolean;
  byBrowser: boolean;
  purpose: string;
  without: string;
}

interface PackPreviewProps {
  name: string;
  summary: string;
  doors: readonly PackDoor[];
}

/** The rules of a pack, before they are anybody's. */
export function PackPreview({ name, summary, doors }: PackPreviewProps) {
  return (
    <Card title={name} description={summary} flush>
      <div className="overflow-x-auto">
        <table className="w-full min-w-3xl text-left text-sm">
          <caption className="sr-only">The doors of the rule pack</caption>
          <thead>
            <tr className="text-muted text-xs [&>th]:border-line [&>th]:border-b [&>th]:bg-sunken [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">Direction</th>
              <th scope="col">Traffic</th>
              <th scope="col">Other side</th>
              <th scope="col">Why, and what stops without it</th>
            </tr>
          </thead>
          <tbody>
            {doors.map((door) => (
              <tr
                key={door.id}
                className="align-top [&>td]:border-line [&>td]:border-b [&>td]:px-4 [&>td]:py-2 last:[&>td]:border-0"
              >
                <td className="whitespace-nowrap">{door.direction === "egress" ? "Out" : "In"}</td>
                <td className="whitespace-nowrap">
                  <code className="text-xs">{door.traffic}</code>
                </td>
                <td>
                  {door.peer}
                  {door.asked && <span className="block text-muted text-xs">If you name any below</span>}
                  {door.hosts.map((host) => (
                    <code key={host} className="block text-muted text-xs">
                      {host}
                    </code>
                  ))}
                </td>
                <td>
                  {door.purpose}. {door.byBrowser && <Badge tone="outline">By people's browsers</Badge>}
                  <span className="block text-muted">{door.without}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
