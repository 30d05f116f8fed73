"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

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

interface ExportAllowlistProps {
  deploymentId: string;
  formats: readonly OfferedFormat[];
}

/** Takes the rules in force away as a file. */
export function ExportAllowlist({ deploymentId, formats }: ExportAllowlistProps) {
  return (
    <TakeFormat
      title="Export the rules in force"
      description="Each file denies everything else on IPv4 and IPv6. What a format cannot express is named in the file and here."
      from={`/deployments/${deploymentId}/allowlist/export`}
      formats={formats}
    />
  );
}

interface TakeFormatProps {
  title: string;
  description: string;
  /** Where the file comes from; the format is put behind it. */
  from: string;
  formats: readonly OfferedFormat[];
}

/** Offers an allowlist in every format. Not links: the router would fetch them ahead, and each export is on record. */
export function TakeFormat({ title, description, from, formats }: TakeFormatProps) {
  const [open, setOpen] = useState(false);
  const take = (format: string) => {
    window.location.assign(`${from}?format=${format}`);
    setOpen(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="lg"
      trigger={<Button icon={<Download />}>Export</Button>}
      title={title}
      description={description}
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
                      <span className="text-muted text-xs">
                        {cannot.length > 0 ? cannot.join(" ") : "It expresses every rule."}
                      </span>
                    </button>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
