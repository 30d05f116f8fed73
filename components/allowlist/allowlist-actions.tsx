"use client";

import { Braces, Download, FileSpreadsheet, Plus, Terminal } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { DropdownMenu, MenuItem, MenuLabel } from "#components/ui/dropdown-menu.tsx";
import { addRuleAction } from "#lib/allowlist/actions.ts";
import type { ExportFormat } from "#lib/allowlist/schema.ts";
import { RuleForm } from "./rule-form.tsx";

/** Opens one door. */
export function AddRule({ deploymentId }: { deploymentId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="lg"
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add rule
        </Button>
      }
      title="Add a rule"
      description="It opens one door of this deployment's boundary. What no rule names stays shut."
    >
      <RuleForm
        action={addRuleAction}
        fields={{ deploymentId }}
        submit="Add rule"
        done="Rule added"
        onDone={() => setOpen(false)}
      />
    </Dialog>
  );
}

const FORMATS: { format: ExportFormat; label: string; icon: typeof Terminal }[] = [
  { format: "nftables", label: "nftables", icon: Terminal },
  { format: "csv", label: "CSV", icon: FileSpreadsheet },
  { format: "json", label: "JSON", icon: Braces },
];

/** Takes the rules in force away as a file. Not a link: the router would fetch it ahead, and each export is on record. */
export function ExportAllowlist({ deploymentId }: { deploymentId: string }) {
  return (
    <DropdownMenu trigger={<Button icon={<Download />}>Export</Button>}>
      <MenuLabel>Rules in force, as</MenuLabel>
      {FORMATS.map(({ format, label, icon: Icon }) => (
        <MenuItem
          key={format}
          icon={<Icon />}
          onSelect={() =>
            window.location.assign(`/deployments/${deploymentId}/allowlist/export?format=${format}`)
          }
        >
          {label}
        </MenuItem>
      ))}
    </DropdownMenu>
  );
}
