import type { Route } from "next";
import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { cx } from "#components/ui/cx.ts";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { Against } from "#lib/allowlist/analysis/schema.ts";
import type { DeploymentChoice } from "#lib/allowlist/comparison/queries.ts";

interface AgainstBarProps {
  base: string;
  against: Against;
}

/** What this allowlist is compared with. */
export function AgainstBar({ base, against }: AgainstBarProps) {
  const what = against.kind === "choose" ? against.what : against.kind === "export" ? "past" : against.kind;
  const choices = [
    ...[7, 30, 90].map((days) => ({
      query: `ahead=${days}`,
      label: `In ${days} days`,
      current: against.kind === "ahead" && against.days === days,
    })),
    { query: "with=past", label: "Earlier", current: what === "past" },
    { query: "with=deployment", label: "Another deployment", current: what === "deployment" },
  ];
  return (
    <nav aria-label="Compare with" className="flex flex-wrap items-center gap-1.5">
      <span className="mr-1 text-muted text-sm">As it stands, beside</span>
      {choices.map(({ query, label, current }) => (
        <Link
          key={query}
          href={`${base}?${query}` as Route}
          aria-current={current ? "true" : undefined}
          className={cx(
            "rounded-md border px-2.5 py-1 text-sm",
            current
              ? "border-line-strong bg-hover font-medium text-ink"
              : "border-transparent text-muted hover:bg-hover hover:text-ink",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** Asks for the time, in UTC. */
export function ChooseTime({ at }: { at: Date | null }) {
  return (
    <form method="get" className="flex flex-wrap items-end gap-3">
      <Field label="As it stood at, in UTC" name="at">
        <Input type="datetime-local" required defaultValue={at?.toISOString().slice(0, 16)} />
      </Field>
      <Button type="submit">Compare</Button>
    </form>
  );
}

interface ChooseDeploymentProps {
  base: string;
  search: string;
  choices: readonly DeploymentChoice[];
}

export function ChooseDeployment({ base, search, choices }: ChooseDeploymentProps) {
  return (
    <div className="grid gap-3">
      <form method="get" className="flex flex-wrap items-end gap-3">
        <input type="hidden" name="with" value="deployment" />
        <Field label="Deployment or customer" name="q">
          <Input type="search" defaultValue={search} autoComplete="off" />
        </Field>
        <Button type="submit">Search</Button>
      </form>
      {choices.length === 0 ? (
        <p className="text-muted text-sm">No other deployment is called so.</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {choices.map(({ id, name, customerName }) => (
            <li key={id}>
              <Link
                href={`${base}?deployment=${id}` as Route}
                className="flex flex-wrap items-baseline gap-x-2 px-4 py-2 text-sm -outline-offset-2 hover:bg-hover"
              >
                <span className="font-medium">{name}</span>
                <span className="text-muted">{customerName}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
