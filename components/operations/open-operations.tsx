"use client";

import { RotateCw } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import { giveUpOperationAction, retryOperationAction } from "#lib/operations/actions.ts";
import type { OperationRow } from "#lib/operations/queries.ts";
import { sayCarried } from "./carried.ts";

/** What was asked of a site and is not done: why, when it is tried again, and how to hurry or give up. */
export function OpenOperations({ operations }: { operations: OperationRow[] }) {
  if (operations.length === 0) return null;
  return (
    <Card
      title="Not done yet"
      description="Changes that this site has not taken. What waits is tried again by itself, a little later each time."
      flush
    >
      <ul>
        {operations.map((operation) => (
          <li
            key={operation.id}
            className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 last:border-0"
          >
            <div className="grid min-w-0 grow basis-72 gap-0.5">
              <span className="flex flex-wrap items-center gap-x-3">
                <span className="font-medium">{operation.name}</span>
                {operation.state === "failed" ? (
                  <Status tone="negative">Failed</Status>
                ) : (
                  <Status tone="caution">Waiting</Status>
                )}
              </span>
              {operation.reason && <span className="text-muted text-sm">{operation.reason}</span>}
              <span className="text-faint text-xs">
                Asked <Time at={operation.createdAt} />
                {operation.attempts > 0 && `, tried ${times(operation.attempts)}`}
                {operation.state === "pending" && (
                  <>
                    , next try <Time at={operation.nextAttemptAt} />
                  </>
                )}
              </span>
            </div>
            {operation.canRetry && <OperationButtons operation={operation} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function OperationButtons({ operation }: { operation: OperationRow }) {
  return (
    <div className="flex items-start gap-2">
      <Form
        action={retryOperationAction}
        onDone={sayCarried(`${operation.name}: done.`)}
        className="max-w-xs"
      >
        <input type="hidden" name="operationId" value={operation.id} />
        <SubmitButton variant="secondary" size="sm" icon={<RotateCw />}>
          Try again now
        </SubmitButton>
      </Form>
      <ConfirmDialog
        trigger={
          <Button variant="ghost" size="sm">
            Give up
          </Button>
        }
        title={`Give up: ${operation.name.toLowerCase()}?`}
        description="It is not tried again, and what was prepared for it here is taken back. If the site did it without our hearing of it, that stays."
        confirm="Give up"
        action={giveUpOperationAction}
        fields={{ operationId: operation.id }}
        done="Given up."
      />
    </div>
  );
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
