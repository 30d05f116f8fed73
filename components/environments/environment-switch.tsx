import type { Route } from "next";
import Link from "next/link";
import { cx } from "#components/ui/cx.ts";
import type { EnvironmentRow } from "#lib/environments/queries.ts";

interface EnvironmentSwitchProps {
  deploymentId: string;
  /** The tab of the deployment that shows one environment at a time. */
  tab?: "environments" | "messages";
  environments: Pick<EnvironmentRow, "id" | "name">[];
  shown: string;
}

/** From one environment of a deployment to another. */
export function EnvironmentSwitch({
  deploymentId,
  tab = "environments",
  environments,
  shown,
}: EnvironmentSwitchProps) {
  return (
    <nav aria-label="Environments" className="flex min-w-0 flex-wrap gap-1">
      {environments.map(({ id, name }) => (
        <Link
          key={id}
          href={`/deployments/${deploymentId}/${tab}?environment=${id}` as Route}
          aria-current={id === shown ? "true" : undefined}
          className={cx(
            "inline-flex h-8 max-w-60 items-center truncate rounded-md px-3 font-medium text-sm",
            id === shown ? "bg-pressed text-ink" : "text-muted hover:bg-hover hover:text-ink",
          )}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
