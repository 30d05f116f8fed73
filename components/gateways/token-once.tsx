"use client";

import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { DialogClose } from "#components/ui/dialog.tsx";
import { FormActions } from "#components/ui/form.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import type { TokenMade } from "#lib/gateways/commands.ts";

/** The token of a gateway, the only time it is shown, and how to start a gateway with it. */
export function TokenOnce({ token, consoleUrl }: Pick<TokenMade, "token" | "consoleUrl">) {
  const settings = [`SALLYPORT_GATEWAY_CONSOLE_URL=${consoleUrl}`, `SALLYPORT_GATEWAY_TOKEN=${token}`];
  return (
    <div className="grid gap-4">
      <SecretOnce label="token" value={token}>
        The gateway shows it to this console each time that it asks for its configuration.
      </SecretOnce>
      <div className="grid gap-1.5">
        <p className="text-sm">On the machine at the site, with Sallyport unpacked:</p>
        <CodeBlock
          samples={[
            { label: "Shell", code: `${settings.join(" \\\n")} \\\nnpm run sallyport gateway` },
            { label: "systemd", code: settings.map((line) => `Environment=${line}`).join("\n") },
          ]}
        />
        <p className="text-muted text-xs">
          Every connection begins at the site: it needs a way out to this console, and none in.
        </p>
      </div>
      <FormActions>
        <DialogClose>
          <Button variant="primary">I have copied it</Button>
        </DialogClose>
      </FormActions>
    </div>
  );
}
