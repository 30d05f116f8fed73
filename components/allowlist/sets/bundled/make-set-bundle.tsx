"use client";

import { Package } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { Field, FieldParts } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { makeSetBundleAction } from "#lib/allowlist/sets/bundled/actions.ts";
import type { SetToBundle } from "#lib/allowlist/sets/bundled/queries.ts";
import { networksWords } from "../words.ts";

const SEARCH_FROM = 8;

/** Makes a bundle of chosen sets, and opens it, where it is downloaded. */
export function MakeSetBundle({ sets }: { sets: readonly SetToBundle[] }) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const router = useRouter();
  const words = search.toLowerCase().split(/\s+/);
  const isFound = ({ name, owner }: SetToBundle) =>
    words.every((word) => `${name} ${owner ?? ""}`.toLowerCase().includes(word));
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon={<Package />}>Make a bundle</Button>}
      title="Make a bundle"
      description="Each set goes in its newest accepted version. The bundle is signed by this console’s key."
    >
      <Form
        action={makeSetBundleAction}
        onDone={({ bundleId }) => {
          setOpen(false);
          router.push(`/allowlists/bundles/${bundleId}` as Route);
        }}
      >
        <Field label="Address sets" name="setIds">
          <FieldParts>
            <div className="grid gap-2 rounded-md border border-line p-3">
              {sets.length > SEARCH_FROM && (
                <Input
                  type="search"
                  aria-label="Search sets"
                  placeholder="Search sets"
                  value={search}
                  onChange={(event) => setSearch(event.currentTarget.value)}
                />
              )}
              <div className="grid max-h-64 gap-2 overflow-auto">
                {sets.length === 0 && (
                  <p className="text-muted text-sm">No set has an accepted version yet.</p>
                )}
                {sets.map((set) => (
                  // Hidden rather than left out: what is ticked stays ticked, whatever is searched for.
                  <div key={set.id} className={isFound(set) ? undefined : "hidden"}>
                    <Checkbox
                      name="setIds[]"
                      value={set.id}
                      label={set.name}
                      hint={`${set.owner ?? "Every deployment"}, version ${set.number}, ${networksWords(set.networks)}`}
                    />
                  </div>
                ))}
              </div>
            </div>
          </FieldParts>
        </Field>
        <Field label="Valid for" name="days" hint="After that nobody takes it in any more.">
          <Select
            defaultValue="30"
            options={[
              { value: "7", label: "A week" },
              { value: "30", label: "30 days" },
              { value: "90", label: "90 days" },
              { value: "365", label: "A year" },
            ]}
          />
        </Field>
        <FormActions>
          <DialogClose>
            <Button>Cancel</Button>
          </DialogClose>
          <SubmitButton>Make bundle</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
