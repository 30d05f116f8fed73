"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { addRuleAction } from "#lib/allowlist/actions.ts";
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
