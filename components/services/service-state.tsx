import { Status } from "#components/ui/status.tsx";
import type { ServiceRow } from "#lib/services/queries.ts";

/** Whether a service answered when it was last asked; the reason in the title too, for in a row there is room for its beginning. */
export function ServiceState({ stateReason, lastHeardAt }: Pick<ServiceRow, "stateReason" | "lastHeardAt">) {
  if (stateReason)
    return (
      <span className="block max-w-56 truncate" title={stateReason}>
        <Status tone="negative" reason={stateReason}>
          Failing
        </Status>
      </span>
    );
  if (!lastHeardAt) return <Status tone="neutral">Never heard</Status>;
  return <Status tone="positive">Answers</Status>;
}
