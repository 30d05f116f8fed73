import { Callout } from "#components/ui/callout.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { differencesBetween, type Standing } from "#lib/revisions/policy.ts";
import { ActivateDraft } from "./activate-draft.tsx";
import { Differences } from "./differences.tsx";
import { DiscardDraft, KeepDraft } from "./draft-actions.tsx";
import type { RevisionRights } from "./revisions-card.tsx";
import { TestSignIn } from "./test-sign-in.tsx";

interface DraftBlockProps {
  connectionId: string;
  standing: Standing & { draft: Revision };
  may: RevisionRights;
}

/** The change that waits: what it is, whether it was tried, and what can be done with it. */
export function DraftBlock({ connectionId, standing: { draft, active, outdated }, may }: DraftBlockProps) {
  const { number, missing, tested, madeBy, changedAt, note } = draft;
  const ref = { connectionId, number };
  return (
    <section aria-label="Draft" className="grid gap-3 rounded-lg border border-line bg-sunken p-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="grid min-w-0 gap-0.5">
          <h3 className="font-medium text-sm">
            {active ? `Draft, revision ${number}` : "This connection was never live: it is a draft."}
          </h3>
          <p className="text-muted text-xs">
            Changed <Time at={changedAt} />
            {madeBy && ` by ${madeBy}`}
            {note && ` · ${note}`}
          </p>
        </div>
        <DraftState draft={draft} />
      </div>
      {missing && <Callout tone="caution">{missing}</Callout>}
      {outdated && active && (
        <Callout tone="caution" title={`Revision ${active.number} was activated since this draft was begun.`}>
          <div className="grid justify-items-start gap-2">
            <p>Below is what the draft would change of it.</p>
            {may.change && <KeepDraft {...ref} active={active.number} />}
          </div>
        </Callout>
      )}
      {active && (
        <Differences
          differences={differencesBetween(active, draft)}
          none="The same settings as those that are active."
        />
      )}
      <div className="flex flex-wrap items-center gap-2">
        {may.test && !missing && (
          <TestSignIn
            connectionId={connectionId}
            number={number}
            words={active ? "Test the draft" : "Test sign-in"}
            prominent={!tested}
          />
        )}
        {may.change && !missing && !outdated && (
          <ActivateDraft {...ref} tested={tested !== null} live={active !== null} />
        )}
        {may.change && active && <DiscardDraft {...ref} />}
        {tested && (
          <span className="text-muted text-xs">
            A test passed <Time at={tested.at} />.
          </span>
        )}
      </div>
    </section>
  );
}

function DraftState({ draft: { missing, tested } }: { draft: Revision }) {
  if (missing) return <Status tone="caution">Not complete</Status>;
  return tested ? <Status tone="positive">Tested</Status> : <Status tone="caution">Not tested yet</Status>;
}
