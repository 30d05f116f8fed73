"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { draftRuleAction } from "#lib/change-requests/actions.ts";
import { RuleForm } from "./rule-form-later.ts";

/** Puts a new rule to the draft of whoever adds it. */
export function AddRule({ deploymentId }: { deploymentId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      prepare={RuleForm.prepare}
      size="lg"
      trigger={
        <Button variant="primary" icon={<Plus />}>
          Add rule
        </Button>
      }
      title="Add a rule"
      description="It goes to your draft, and opens nothing until others have approved it."
    >
      <RuleForm
        action={draftRuleAction}
        fields={{ deploymentId }}
        submit="Add to draft"
        done="Added to your draft"
        onDone={() => setOpen(false)}
      />
    </Dialog>
  );
}
