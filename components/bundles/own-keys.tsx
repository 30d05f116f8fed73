"use client";

import { KeyRound } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Time } from "#components/ui/time.tsx";
import { makeBundleKeyAction, retireBundleKeyAction } from "#lib/bundles/actions.ts";
import type { OwnKey } from "#lib/bundles/keys/queries.ts";
import { grouped } from "./words.ts";

interface OwnKeysProps {
  keys: readonly OwnKey[];
  may: { make: boolean; retire: boolean };
}

/** This console's keys: what other consoles are given, and how one follows another. */
export function OwnKeys({ keys, may }: OwnKeysProps) {
  const signing = keys.filter(({ retiredAt }) => retiredAt === null);
  const make = may.make && signing.length < 2 && (
    <ConfirmDialog
      trigger={<Button icon={<KeyRound />}>{signing.length === 0 ? "Make a key" : "Replace the key"}</Button>}
      title={signing.length === 0 ? "Make this console’s key?" : "Make the next key?"}
      description={
        signing.length === 0
          ? "It signs the bundles that are made here. Its private half stays in this console, sealed."
          : "Both keys sign until you retire the former one: that is the time in which other consoles add the new one."
      }
      confirm="Make key"
      tone="primary"
      action={makeBundleKeyAction}
      fields={{}}
      done="The key is made."
    />
  );
  return (
    <Card
      title="Keys of this console"
      description="Another console takes a bundle of this one once it trusts its key. Send the key by any way; read the fingerprint to them by another."
      actions={make}
    >
      {keys.length === 0 ? (
        <EmptyState icon={<KeyRound />} title="No key yet.">
          Without one no bundle can be made here.
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {keys.map((key) => (
            <li key={key.id} className="grid gap-1.5 border-line border-b pb-4 last:border-0 last:pb-0">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <span className="flex flex-wrap items-center gap-2 text-muted text-sm">
                  <Badge tone={key.retiredAt ? "neutral" : "positive"}>
                    {key.retiredAt ? "Retired" : "Signs"}
                  </Badge>
                  {key.retiredAt ? (
                    <span>
                      {key.retiredByName}, <Time at={key.retiredAt} />
                    </span>
                  ) : (
                    <span>
                      {key.createdByName}, <Time at={key.createdAt} />
                    </span>
                  )}
                </span>
                {may.retire && key.retiredAt === null && signing.length > 1 && (
                  <ConfirmDialog
                    trigger={<Button size="sm">Retire</Button>}
                    title="Retire this key?"
                    description="It signs nothing any more. Consoles that trust only this key take no further bundle of this one."
                    confirm="Retire key"
                    action={retireBundleKeyAction}
                    fields={{ keyId: key.id }}
                    done="Retired."
                  />
                )}
              </div>
              <KeyText label="Key" value={key.line} shown={key.line} />
              <KeyText label="Fingerprint" value={key.fingerprint} shown={grouped(key.fingerprint)} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function KeyText({ label, value, shown }: { label: string; value: string; shown: string }) {
  return (
    <div className="grid gap-x-4 sm:grid-cols-[6rem_minmax(0,1fr)]">
      <span className="text-muted text-sm">{label}</span>
      <span className="flex items-start gap-1.5">
        <code className="min-w-0 text-xs leading-6 [overflow-wrap:anywhere]">{shown}</code>
        <CopyButton value={value} label={label.toLowerCase()} />
      </span>
    </div>
  );
}
