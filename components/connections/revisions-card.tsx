import { Card } from "#components/ui/card.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { Revision, RevisionState } from "#lib/drivers/revision-port.ts";
import { differencesBetween, standingOf } from "#lib/revisions/policy.ts";
import { CompareReplays } from "./compare-replays.tsx";
import { Differences } from "./differences.tsx";
import { DraftBlock } from "./draft-block.tsx";
import { ReturnTo } from "./return-to.tsx";

export interface RevisionRights {
  change: boolean;
  test: boolean;
}

interface RevisionsCardProps {
  connectionId: string;
  revisions: Revision[];
  tests: SignInTrace[];
  may: RevisionRights;
}

/** How a connection's settings came to be what they are, and what they are to be next. */
export function RevisionsCard({ connectionId, revisions, tests, may }: RevisionsCardProps) {
  const standing = standingOf(revisions);
  const { draft, before, active } = standing;
  const captured = tests.filter(({ capturedUntil }) => capturedUntil !== null);
  return (
    <Card
      title="Revisions"
      description="A change is drafted, tried and then activated. People sign in by the active revision throughout."
      actions={
        <>
          {may.test && captured.length > 0 && revisions.length > 1 && (
            <CompareReplays
              connectionId={connectionId}
              tests={captured.map(({ id, at, who, state, revision }) => ({ id, at, who, state, revision }))}
              numbers={revisions.map(({ number, state }) => ({ number, state }))}
              left={before?.number ?? active?.number ?? null}
              right={draft?.number ?? active?.number ?? null}
            />
          )}
          {may.change && before && <ReturnTo connectionId={connectionId} number={before.number} />}
        </>
      }
    >
      <div className="grid gap-4">
        {draft && <DraftBlock connectionId={connectionId} standing={{ ...standing, draft }} may={may} />}
        {active && (
          <ol className="grid" aria-label="History">
            {revisions
              .filter((revision) => revision !== draft)
              .map((revision) => (
                <HistoryLine key={revision.number} revision={revision} among={revisions} />
              ))}
          </ol>
        )}
      </div>
    </Card>
  );
}

const STATES: Record<RevisionState, { tone: StatusTone; word: string }> = {
  draft: { tone: "caution", word: "Draft" },
  active: { tone: "positive", word: "Active" },
  superseded: { tone: "neutral", word: "Superseded" },
  discarded: { tone: "neutral", word: "Discarded" },
};

function HistoryLine({ revision, among }: { revision: Revision; among: Revision[] }) {
  const { number, state, activated, note, returnsTo } = revision;
  const from = among.find((other) => other.number === (activated?.replaced ?? revision.basedOn));
  const { tone, word } = STATES[state];
  return (
    <li className="border-line border-b last:border-0">
      <details className="group">
        <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-4 gap-y-1 py-2.5 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
          <span className="font-medium">Revision {number}</span>
          <Status tone={tone}>{word}</Status>
          <span className="min-w-0 flex-1 truncate text-muted">{summaryOf(revision)}</span>
          <span className="text-muted text-xs">
            <Time at={activated?.at ?? revision.changedAt} />
          </span>
        </summary>
        <div className="grid gap-3 pb-3">
          <Facts revision={revision} />
          {note && <p className="text-sm">{note}</p>}
          {returnsTo !== null && <p className="text-sm">Brings back the settings of revision {returnsTo}.</p>}
          {from ? (
            <>
              <h3 className="text-muted text-xs">Beside revision {from.number}</h3>
              <Differences
                differences={differencesBetween(from, revision)}
                none={`The same settings as revision ${from.number}.`}
              />
            </>
          ) : (
            <p className="text-muted text-sm">The first that is recorded.</p>
          )}
        </div>
      </details>
    </li>
  );
}

/** Who made it or brought it about, in half a line. */
function summaryOf({ state, activated, madeBy, note }: Revision): string {
  const who = activated?.by ?? madeBy;
  if (note) return who ? `${who}: ${note}` : note;
  if (!who) return "";
  if (activated) return `activated by ${who}`;
  return state === "discarded" ? `drafted by ${who}` : `by ${who}`;
}

function Facts({ revision: { madeBy, madeAt, tested, activated } }: { revision: Revision }) {
  return (
    <p className="text-muted text-sm">
      Made <Time at={madeAt} />
      {madeBy && ` by ${madeBy}`}.{" "}
      {tested && (
        <>
          A test passed <Time at={tested.at} />.{" "}
        </>
      )}
      {activated && (
        <>
          Activated <Time at={activated.at} />
          {activated.by && ` by ${activated.by}`}
          {activated.reason ? `: ${activated.reason}` : "."}
        </>
      )}
    </p>
  );
}
