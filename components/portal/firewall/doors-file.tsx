"use client";

import { Download } from "lucide-react";
import { startTransition, useActionState, useState } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { Select } from "#components/ui/select.tsx";
import { IDLE } from "#lib/platform/action-state.ts";
import { showDoorsAction } from "#lib/portal/firewall/actions.ts";

const GROUPS = ["appliance", "host", "cloud", "container", "proxy", "document"] as const;

interface DoorsFileProps {
  formats: readonly { id: string; name: string; group: (typeof GROUPS)[number] }[];
}

/** All doors as one file, in the format that somebody chooses: to read, to copy, or to keep. */
export function DoorsFile({ formats }: DoorsFileProps) {
  const t = useTexts("firewall");
  const [state, show, pending] = useActionState(showDoorsAction, IDLE);
  const [chosen, setChosen] = useState("");
  return (
    <Card title={t("format.title")} description={t("format.lead")} className="print:hidden">
      <div className="grid gap-3">
        <form
          action={show}
          onSubmit={(event) => {
            // React empties a form after its action; sent by hand, the format that is shown stays chosen.
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            startTransition(() => show(data));
          }}
          className="flex flex-wrap items-end gap-2"
        >
          <label htmlFor="doors-format" className="grid min-w-0 gap-1 text-sm max-sm:w-full">
            <span className="font-medium">{t("format.choose")}</span>
            <Select
              id="doors-format"
              name="format"
              required
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
              className="min-w-0 sm:w-72"
              options={[
                { value: "", label: t("format.none"), disabled: true },
                ...GROUPS.map((group) => ({
                  label: t(`format.groups.${group}`),
                  options: formats
                    .filter((format) => format.group === group)
                    .map(({ id, name }) => ({ value: id, label: name })),
                })),
              ]}
            />
          </label>
          <Button type="submit" pending={pending} disabled={chosen === ""}>
            {t("format.show")}
          </Button>
        </form>
        <div role="alert" className="contents">
          {state.status === "error" && !pending && <Callout tone="negative">{state.message}</Callout>}
        </div>
        {state.status === "done" && !pending && <Shown {...state.value} />}
      </div>
    </Card>
  );
}

function Shown({ name, type, body }: { name: string; type: string; body: string }) {
  const t = useTexts("firewall");
  const keep = () => {
    const url = URL.createObjectURL(new Blob([body], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border border-line bg-sunken">
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b py-1 pr-1.5 pl-3">
        <span className="min-w-0 font-mono text-xs [overflow-wrap:anywhere]">{name}</span>
        <span className="flex items-center gap-1">
          <Button variant="ghost" size="sm" icon={<Download />} onClick={keep}>
            {t("format.download")}
          </Button>
          <CopyButton
            value={body}
            label={name}
            words={{ copy: t("format.copy"), copied: t("format.copied") }}
          />
        </span>
      </div>
      <section
        aria-label={t("format.file", { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-96 overflow-auto p-3 -outline-offset-2"
      >
        <pre className="text-xs leading-5">{body}</pre>
      </section>
    </div>
  );
}
