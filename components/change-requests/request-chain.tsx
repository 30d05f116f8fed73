import { Check, Clock, X } from "lucide-react";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import { Time } from "#components/ui/time.tsx";
import type { RequestView } from "#lib/change-requests/queries.ts";
import { SIDE_WORDS } from "#lib/change-requests/words.ts";
import type { ApprovalSide, ChangeRequestState } from "#lib/platform/prisma/enums.ts";

type Standing = "done" | "now" | "later" | "stopped";

interface Link {
  label: string;
  standing: Standing;
  /** Who, and when. */
  by: ReactNode;
}

const ORDER: readonly ChangeRequestState[] = [
  "draft",
  "simulated",
  "proposed",
  "approved",
  "applied",
  "verified",
  "closed",
];

/** Who has to say what before this is in effect, and who has: one link after the other. */
export function RequestChain({ request }: { request: RequestView }) {
  return (
    <Card title="From draft to closed" description={meaning(request)}>
      <ol className="grid gap-x-2 gap-y-3 sm:grid-cols-4 print:grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))]">
        {linksOf(request).map((link) => (
          <li
            key={link.label}
            aria-current={link.standing === "now" ? "step" : undefined}
            className={cx(
              "grid content-start gap-1 border-t-2 pt-2",
              link.standing === "done" && "border-positive",
              link.standing === "now" && "border-ink",
              link.standing === "later" && "border-line",
              link.standing === "stopped" && "border-negative",
            )}
          >
            <span className={cx("flex items-center gap-1.5 font-medium text-sm", LOOKS[link.standing].text)}>
              {LOOKS[link.standing].icon}
              {link.label}
              <span className="sr-only">({LOOKS[link.standing].word})</span>
            </span>
            <span className="text-muted text-xs [overflow-wrap:anywhere]">{link.by}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const LOOKS: Record<Standing, { icon: ReactNode; text: string; word: string }> = {
  done: { icon: <Check aria-hidden className="size-3.5 text-positive" />, text: "text-ink", word: "done" },
  now: { icon: <Clock aria-hidden className="size-3.5" />, text: "text-ink", word: "now" },
  later: { icon: null, text: "text-muted", word: "later" },
  stopped: {
    icon: <X aria-hidden className="size-3.5 text-negative" />,
    text: "text-negative",
    word: "ended here",
  },
};

function meaning({ effect, state }: RequestView): string {
  if (state === "refused" || state === "withdrawn") return "It changed nothing.";
  if (effect === "widening")
    return "It opens something: the vendor's admin and the customer's both approve it.";
  if (effect === null)
    return "What it does to traffic, and so who approves it, is known once it is simulated.";
  return "It opens nothing: the vendor's admin or the customer's approves it.";
}

function linksOf(request: RequestView): Link[] {
  const { state } = request;
  const stopped = state === "refused" || state === "withdrawn";
  const place = stopped ? (request.proposedAt ? 2 : 0) : ORDER.indexOf(state);
  const links: Link[] = [
    { label: "Drafted", standing: "done", by: <By name={request.createdByName} at={request.createdAt} /> },
    {
      label: "Simulated",
      standing: next(1, place, stopped),
      by: request.round > 1 ? `${request.round} times` : null,
    },
    {
      label: "Proposed",
      standing: next(2, place, stopped),
      by: <By name={request.proposedByName} at={request.proposedAt} />,
    },
    ...sides(request).map((side) => approvalLink(request, side, place, stopped)),
    {
      label: "Applied",
      standing: next(4, place, stopped),
      by: <By name={request.appliedByName} at={request.appliedAt} />,
    },
    {
      label: "Verified",
      standing: next(5, place, stopped),
      by: <By name={request.verification?.personName ?? ""} at={request.verifiedAt} />,
    },
    { label: "Closed", standing: next(6, place, stopped), by: <By name="" at={request.closedAt} /> },
  ];
  if (!stopped) return links;
  const label = state === "refused" ? "Refused" : "Withdrawn";
  const end: Link = {
    label,
    standing: "stopped",
    by: <By name={request.endReason} at={request.decidedAt} />,
  };
  return [...links.filter((link) => link.standing === "done"), end];
}

/** Steps that were taken are done; the one after them is what is to be done now. */
function next(index: number, place: number, stopped: boolean): Standing {
  if (index <= place) return "done";
  return index === place + 1 && !stopped ? "now" : "later";
}

function sides({ effect, approvals, round }: RequestView): (ApprovalSide | "either")[] {
  if (effect === "widening") return ["vendor", "customer"];
  const given = approvals.find((approval) => approval.round === round);
  return [given?.side ?? "either"];
}

function approvalLink(
  request: RequestView,
  side: ApprovalSide | "either",
  place: number,
  stopped: boolean,
): Link {
  const given = request.approvals.find(
    (approval) => approval.round === request.round && approval.side === side,
  );
  const label = side === "either" ? "Approved by either" : `Approved by ${SIDE_WORDS[side]}`;
  if (!given) return { label, standing: place === 2 && !stopped ? "now" : "later", by: null };
  const name = given.consentOf ? `${given.consentOf}, as ${given.personName} wrote down` : given.personName;
  return { label, standing: "done", by: <By name={name} at={given.createdAt} /> };
}

function By({ name, at }: { name: string; at: Date | null }) {
  if (!at) return null;
  return (
    <>
      {name}
      {name && <br />}
      <Time at={at} show="absolute" />
    </>
  );
}
