import { cx } from "#components/ui/cx.ts";
import type { SignInTrace, TraceCheck } from "#lib/drivers/port.ts";
import type { MappedField } from "#lib/drivers/revision-port.ts";
import { CONSOLE_PREVIEW_WORDS } from "./console-preview-words.ts";
import { Trace } from "./trace.tsx";
import { TraceState } from "./traces-card.tsx";

/** What two revisions make of the same answer: first in what they differ, then each trace whole. */
export function ComparedTraces({ left, right }: { left: SignInTrace; right: SignInTrace }) {
  const pair = [left, right];
  const checks = differingChecks(left, right);
  const fields = differingFields(left, right);
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        {pair.map((trace, index) => (
          <section key={index === 0 ? "left" : "right"} className="grid content-start gap-1 text-sm">
            <h3 className="font-medium">Revision {trace.revision}</h3>
            <TraceState state={trace.state} />
            <span className="[overflow-wrap:anywhere]">{trace.error ?? trace.who}</span>
          </section>
        ))}
      </div>
      {checks.length === 0 && fields.length === 0 && (
        <p className="text-muted text-sm">Both make the same of it.</p>
      )}
      {(checks.length > 0 || fields.length > 0) && (
        <ul className="grid rounded-md border border-line bg-surface text-sm" aria-label="Differences">
          {checks.map(({ name, one, other }) => (
            <Line key={name} label={name} one={resultOf(one)} other={resultOf(other)} />
          ))}
          {fields.map(({ label, one, other }) => (
            <Line key={label} label={label} one={one} other={other} />
          ))}
        </ul>
      )}
      {pair.map((trace, index) => (
        <details key={index === 0 ? "left" : "right"} className="rounded-md border border-line">
          <summary className="cursor-pointer px-3 py-2 text-sm hover:bg-hover">
            Every check of revision {trace.revision}
          </summary>
          <div className="border-line border-t px-3">
            <Trace checks={trace.checks} />
          </div>
        </details>
      ))}
    </>
  );
}

interface Said {
  text: string;
  tone: "positive" | "negative" | "muted";
}

function Line({ label, one, other }: { label: string; one: Said; other: Said }) {
  return (
    <li className="grid gap-x-4 gap-y-0.5 border-line border-b px-3 py-2 last:border-0 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <span className="font-medium">{label}</span>
      {[one, other].map(({ text, tone }, index) => (
        <span key={index === 0 ? "one" : "other"} className={cx("[overflow-wrap:anywhere]", TONES[tone])}>
          {text}
        </span>
      ))}
    </li>
  );
}

const TONES: Record<Said["tone"], string> = {
  positive: "text-positive",
  negative: "text-negative",
  muted: "text-muted",
};

function differingChecks(left: SignInTrace, right: SignInTrace) {
  return left.checks.flatMap((one) => {
    const other = right.checks.find(({ id }) => id === one.id);
    // What the one did not come to is no difference of its own.
    const both = [one.result, other?.result];
    return both[0] === both[1] || !both.includes("failed") ? [] : [{ name: one.name, one, other }];
  });
}

function resultOf(check: TraceCheck | undefined): Said {
  if (check?.result === "passed") return { text: "Passed", tone: "positive" };
  if (check?.result === "failed") return { text: check.message || "Failed", tone: "negative" };
  return { text: "Not reached", tone: "muted" };
}

function differingFields(left: SignInTrace, right: SignInTrace) {
  if (!left.preview || !right.preview) return [];
  const [one, other] = [left.preview, right.preview];
  const names = new Set([...one.fields, ...other.fields].map(({ field }) => field));
  const fields = [...names].map((name) => ({
    label: CONSOLE_PREVIEW_WORDS.fields[name] ?? name,
    one: receivedOf(one.fields.find(({ field }) => field === name)),
    other: receivedOf(other.fields.find(({ field }) => field === name)),
  }));
  const roles = {
    label: CONSOLE_PREVIEW_WORDS.rolesTitle,
    one: rolesOf(one.roles),
    other: rolesOf(other.roles),
  };
  return [...fields, roles].filter((each) => each.one.text !== each.other.text);
}

function receivedOf(field: MappedField | undefined): Said {
  if (!field || field.values.length === 0) return { text: CONSOLE_PREVIEW_WORDS.notReceived, tone: "muted" };
  return { text: field.values.join(", "), tone: "positive" };
}

function rolesOf(roles: { role: string }[] | null): Said {
  if (roles === null) return { text: CONSOLE_PREVIEW_WORDS.rolesElsewhere, tone: "muted" };
  return { text: roles.map(({ role }) => role).join(", "), tone: "positive" };
}
