"use client";

import { Eye } from "lucide-react";
import { useState } from "react";
import { CopyButton } from "#components/ui/copy.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import type { MessageContent } from "#lib/drivers/message-port.ts";
import { revealMessageAction } from "#lib/messages/actions.ts";

/** What a message says, once somebody asks for it; gone again as soon as they leave. */
export function RevealMessage({ environmentId, messageId }: { environmentId: string; messageId: string }) {
  const [content, setContent] = useState<MessageContent | null>(null);
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold text-sm">What it says</h3>
      {content ? (
        <div className="overflow-hidden rounded-lg border border-line bg-sunken">
          <div className="flex items-center justify-between gap-2 border-line border-b py-1 pr-1.5 pl-3">
            <p className="min-w-0 truncate font-medium text-sm" title={content.subject}>
              {content.subject}
            </p>
            <CopyButton value={content.text} label="message" />
          </div>
          <p className="whitespace-pre-wrap p-3 text-sm [overflow-wrap:anywhere]">{content.text}</p>
        </div>
      ) : (
        <Form action={revealMessageAction} onDone={setContent} className="gap-3">
          <input type="hidden" name="environmentId" value={environmentId} />
          <input type="hidden" name="messageId" value={messageId} />
          <p className="text-muted text-sm">
            It holds a code or a link that signs in as its recipient. That you read it is written down here
            and at the site.
          </p>
          <div>
            <SubmitButton variant="secondary" icon={<Eye />}>
              Reveal
            </SubmitButton>
          </div>
        </Form>
      )}
    </section>
  );
}
