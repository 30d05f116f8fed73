"use client";

import { useState } from "react";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import { Field } from "#components/ui/field.tsx";
import { Form, FormActions, SubmitButton } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { Time } from "#components/ui/time.tsx";
import { commentOnRequestAction } from "#lib/change-requests/actions.ts";

interface RequestCommentsProps {
  requestId: string;
  comments: readonly { id: string; authorName: string; body: string; createdAt: Date }[];
  mayComment: boolean;
}

/** What people said about the request. */
export function RequestComments({ requestId, comments, mayComment }: RequestCommentsProps) {
  const [sent, setSent] = useState(0);
  return (
    <Card title="Comments" className={cx(comments.length === 0 && "print:hidden")}>
      <div className="grid gap-4">
        {comments.length === 0 && <p className="text-muted text-sm">Nobody has said anything yet.</p>}
        {comments.length > 0 && (
          <ol className="grid gap-3">
            {comments.map(({ id, authorName, body, createdAt }) => (
              <li key={id} className="grid break-inside-avoid gap-0.5 text-sm">
                <p className="text-muted text-xs">
                  <span className="font-medium text-ink">{authorName}</span> <Time at={createdAt} />
                </p>
                <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{body}</p>
              </li>
            ))}
          </ol>
        )}
        {mayComment && (
          <div className="print:hidden">
            <Form
              key={sent}
              action={commentOnRequestAction}
              done="Comment added"
              onDone={() => setSent(sent + 1)}
            >
              <input type="hidden" name="requestId" value={requestId} />
              <Field label="Comment" name="body" required>
                <Textarea rows={2} maxLength={4000} />
              </Field>
              <FormActions>
                <SubmitButton variant="secondary">Add comment</SubmitButton>
              </FormActions>
            </Form>
          </div>
        )}
      </div>
    </Card>
  );
}
