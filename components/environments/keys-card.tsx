"use client";

import { KeyRound, Plus } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { EnvironmentRow, KeyRow } from "#lib/environments/queries.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyMenu } from "./key-menu.tsx";

interface KeysCardProps {
  environment: Pick<EnvironmentRow, "id" | "keys" | "whyNoKeys" | "state">;
  canCreate: boolean;
  canChange: boolean;
}

/** The API keys of an environment: which there are, when each was last used, and when it ends. */
export function KeysCard({ environment, canCreate, canChange }: KeysCardProps) {
  const { keys, whyNoKeys } = environment;
  const create = canCreate && !whyNoKeys && environment.state !== "provisioning" && (
    <CreateKeyDialog
      environmentId={environment.id}
      trigger={
        <Button size="sm" icon={<Plus />}>
          New key
        </Button>
      }
    />
  );
  return (
    <Card
      title="API keys"
      description="The vendor's application signs its calls with one. Only its last characters are kept here."
      actions={create}
      footer={whyNoKeys ?? undefined}
      flush
    >
      {keys.length === 0 ? (
        <EmptyState icon={<KeyRound />} title="No keys yet.">
          The application needs a key to call this environment.
        </EmptyState>
      ) : (
        <ul>
          {keys.map((key) => (
            <KeyItem key={key.id} item={key} changeable={canChange && !whyNoKeys} />
          ))}
        </ul>
      )}
    </Card>
  );
}

const STATES: Record<KeyRow["state"], { tone: StatusTone; word: string }> = {
  making: { tone: "caution", word: "Being made" },
  active: { tone: "positive", word: "Active" },
  expiring: { tone: "caution", word: "Expiring" },
  rotating: { tone: "caution", word: "Being replaced" },
  expired: { tone: "negative", word: "Expired" },
  revoked: { tone: "neutral", word: "Revoked" },
};

function KeyItem({ item, changeable }: { item: KeyRow; changeable: boolean }) {
  const { tone, word } = STATES[item.state];
  return (
    <li className="flex items-center gap-3 border-line border-b px-4 py-2 last:border-0">
      <div className="grid min-w-0 flex-1 gap-x-6 gap-y-0.5 sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)] lg:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
        <span className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium" title={item.name}>
            {item.name}
          </span>
          {item.ofConsole && <Badge>This console</Badge>}
        </span>
        <span className="flex items-center gap-3">
          <Status tone={tone}>{word}</Status>
          {item.hint && <code className="text-muted text-xs">{item.hint}</code>}
        </span>
        <span className="text-muted text-xs">
          {item.lastUsedAt ? (
            <>
              Last used <Time at={item.lastUsedAt} />
            </>
          ) : (
            <>
              Created <Time at={item.createdAt} show="date" />, not used yet
            </>
          )}
        </span>
        <span className="text-muted text-xs">
          {item.expiresAt ? (
            <>
              {item.expiresAt < new Date() ? "Expired " : "Expires "}
              <Time at={item.expiresAt} show="date" />
            </>
          ) : item.ofConsole ? (
            <>
              In use since <Time at={item.createdAt} show="date" />
            </>
          ) : (
            "Never expires"
          )}
        </span>
      </div>
      <KeyMenu item={item} changeable={changeable} />
    </li>
  );
}
