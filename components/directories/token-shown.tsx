"use client";

import { CopyButton } from "#components/ui/copy.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";

/** The one time a directory's token is shown, with the address it belongs to. */
export function TokenShown({ endpoint, token }: { endpoint: string | null; token: string }) {
  return (
    <div className="grid gap-4">
      {endpoint && (
        <div className="grid gap-1.5">
          <span className="font-medium text-sm">SCIM endpoint</span>
          <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
            <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{endpoint}</code>
            <CopyButton value={endpoint} label="SCIM endpoint" />
          </div>
        </div>
      )}
      <SecretOnce label="bearer token" value={token}>
        The provider’s administrators enter it beside the endpoint.
      </SecretOnce>
    </div>
  );
}
