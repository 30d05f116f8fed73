"use client";

import { Download, Printer, Rss } from "lucide-react";
import type { Route } from "next";
import { useState } from "react";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { previewFormatsAction } from "#lib/exports/actions.ts";
import type { FormatFit, FormatsPreview } from "#lib/exports/offered.ts";
import { IDLE } from "#lib/platform/action-state.ts";

export interface OfferedFormat {
  id: string;
  name: string;
  group: string;
  /** What it cannot express, in sentences. */
  cannot: string[];
}

const GROUPS = [
  ["appliance", "Firewalls"],
  ["host", "Hosts"],
  ["cloud", "Clouds"],
  ["container", "Containers"],
  ["proxy", "Proxies"],
  ["document", "Tickets and programs"],
] as const;

const DENIES =
  "Each file denies everything else on IPv4 and IPv6. What a format cannot express is named in the file and here.";

interface ExportAllowlistProps {
  deploymentId: string;
  formats: readonly OfferedFormat[];
}

/** Takes the rules in force away as a file. */
export function ExportAllowlist({ deploymentId, formats }: ExportAllowlistProps) {
  return (
    <TakeFormat
      title="Export the rules in force"
      description={DENIES}
      from={`/deployments/${deploymentId}/allowlist/export`}
      formats={formats}
      inForceAt={deploymentId}
    />
  );
}

interface TakeFormatProps {
  title: string;
  description: string;
  /** Where the file comes from; the format is put behind it. */
  from: string;
  formats: readonly OfferedFormat[];
  /** The deployment, where it is the rules in force that are taken: then each format says what it makes of them. */
  inForceAt?: string;
}

/** Offers an allowlist in every format. Not links: the router would fetch them ahead, and each export is on record. */
export function TakeFormat({ title, description, from, formats, inForceAt }: TakeFormatProps) {
  const [open, setOpen] = useState(false);
  const [preview, setPreview] = useState<FormatsPreview | null>(null);
  const change = (next: boolean) => {
    setOpen(next);
    if (!next || inForceAt === undefined) return;
    // The rules may have changed since it was open last.
    setPreview(null);
    void previewFormatsAction(IDLE, inForceAt).then((state) => {
      if (state.status === "done") setPreview(state.value);
    });
  };
  const take = (format: string) => {
    window.location.assign(`${from}?format=${format}`);
    setOpen(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      size="lg"
      trigger={<Button icon={<Download />}>Export</Button>}
      title={title}
      description={preview ? headline(preview) : description}
    >
      <div className="grid gap-5">
        {GROUPS.map(([group, label]) => (
          <section key={group} aria-label={label} className="grid gap-2">
            <h3 className="font-medium text-muted text-xs">{label}</h3>
            <ul className="grid gap-2 sm:grid-cols-2">
              {formats
                .filter((format) => format.group === group)
                .map(({ id, name, cannot }) => (
                  <li key={id}>
                    <button
                      type="button"
                      onClick={() => take(id)}
                      className="grid h-full w-full content-start gap-0.5 rounded-md border border-line px-3 py-2 text-left hover:bg-hover"
                    >
                      <span className="font-medium text-sm">{name}</span>
                      <Fit fit={preview?.fits[id]} total={preview?.rules ?? 0} cannot={cannot} />
                    </button>
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {inForceAt !== undefined && (
          <section aria-label="Without a file" className="grid gap-2">
            <h3 className="font-medium text-muted text-xs">Without a file</h3>
            <div className="flex flex-wrap gap-2">
              <LinkButton icon={<Printer />} href={`/deployments/${inForceAt}/allowlist/print` as Route}>
                On paper or as PDF
              </LinkButton>
              <LinkButton icon={<Rss />} href={`/deployments/${inForceAt}/allowlist/exports` as Route}>
                At a URL, for a firewall
              </LinkButton>
            </div>
          </section>
        )}
      </div>
    </Dialog>
  );
}

function headline(preview: FormatsPreview): string {
  if (preview.rules === 0) return "No rule is in force: each file denies everything, on IPv4 and IPv6.";
  return `${preview.rules} ${preview.rules === 1 ? "rule" : "rules"} in force. ${DENIES}`;
}

interface FitProps {
  fit: FormatFit | undefined;
  total: number;
  cannot: readonly string[];
}

/** What this format makes of these rules; until that is known, what it cannot express of any. */
function Fit({ fit, total, cannot }: FitProps) {
  if (!fit) {
    const words = cannot.length > 0 ? cannot.join(" ") : "It expresses every rule.";
    return <span className="text-muted text-xs">{words}</span>;
  }
  if (total === 0) return <span className="text-muted text-xs">Denies everything.</span>;
  return (
    <>
      {fit.leftOut > 0 && (
        <span className="font-medium text-caution text-xs">
          Leaves out {fit.leftOut} of {total}
        </span>
      )}
      <span className="text-muted text-xs">
        {fit.reasons.length > 0 ? fit.reasons.join(" ") : "Holds every rule in force."}
      </span>
    </>
  );
}
