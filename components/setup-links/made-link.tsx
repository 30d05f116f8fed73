"use client";

import { Printer } from "lucide-react";
import type { Route } from "next";
import { type ReactNode, useState } from "react";
import { createPortal } from "react-dom";
import { Texts } from "#components/portal/texts.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { Field } from "#components/ui/field.tsx";
import { FormActions } from "#components/ui/form.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { SecretOnce } from "#components/ui/secret-once.tsx";
import { Select } from "#components/ui/select.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Messages } from "#lib/portal/texts/index.ts";
import type { Locale } from "#lib/portal/texts/locales.ts";
import type { MadeLink } from "#lib/setup-links/commands.ts";
import type { Vendor } from "#lib/vendor/schema.ts";
import { HandOverSheet } from "./hand-over-sheet.tsx";

/** What the sheet says, in each language it can be printed in. */
export type SheetTexts = readonly { locale: Locale; name: string; messages: Partial<Messages> }[];

interface MadeLinkProps {
  link: MadeLink;
  vendor: Vendor;
  sheets: SheetTexts;
  backHref: string;
}

/** A set-up link that was just made, the only time it is shown: to send, or to print. */
export function MadeSetupLink({ link, vendor, sheets, backHref }: MadeLinkProps) {
  const [chosen, setChosen] = useState<string>(sheets[0]?.locale ?? "en");
  const texts = sheets.find(({ locale }) => locale === chosen);
  const sheet = texts && (
    <Texts {...texts}>
      <HandOverSheet link={link} vendor={vendor} locale={texts.locale} />
    </Texts>
  );
  return (
    <>
      <Card title={`Set-up link for ${link.organizationName}`}>
        <div className="grid gap-4">
          <SecretOnce label="link" value={link.url}>
            Send it to whoever sets it up at {link.organizationName}. It opens in one browser, until{" "}
            <Time at={link.expiresAt} show="date" />. Any link made for them before no longer works.
          </SecretOnce>
          <KeyValue
            items={[
              {
                label: "Code to type",
                value: (
                  <span className="inline-flex items-center gap-1">
                    <code className="font-semibold tracking-wider">{link.code}</code>
                    <CopyButton value={link.code} label="code" />
                  </span>
                ),
              },
              { label: "Where it is typed", value: <code className="text-xs">{link.enterUrl}</code> },
            ]}
          />
        </div>
      </Card>
      <Card
        title="Hand-over sheet"
        description="For a site that no message reaches: one page to print and to carry."
        actions={
          <Button icon={<Printer />} onClick={() => window.print()}>
            Print
          </Button>
        }
      >
        <div className="grid gap-4">
          <Field label="Language of the sheet">
            <Select
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
              options={sheets.map(({ locale, name }) => ({ value: locale, label: name }))}
            />
          </Field>
          <div className="rounded-md border border-line bg-surface p-5">{sheet}</div>
        </div>
      </Card>
      {sheet && <Paper>{sheet}</Paper>}
      <FormActions>
        <LinkButton variant="primary" href={backHref as Route}>
          Done
        </LinkButton>
      </FormActions>
    </>
  );
}

/** What goes onto paper in place of the whole page around it. It is there on paper only. */
function Paper({ children }: { children: ReactNode }) {
  return createPortal(
    <div className="paper" aria-hidden>
      {children}
    </div>,
    document.body,
  );
}
