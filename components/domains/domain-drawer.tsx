"use client";

import { RefreshCw, ShieldCheck, Trash2 } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { sayCarried } from "#components/operations/carried.ts";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Copy } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { Time } from "#components/ui/time.tsx";
import { toast } from "#components/ui/toast.ts";
import { checkDomainAction, removeDomainAction, verifyDomainByHandAction } from "#lib/domains/actions.ts";
import type { DomainDetail } from "#lib/domains/queries.ts";
import type { DomainLook, DomainVerdict } from "#lib/drivers/domain-port.ts";
import { DomainState } from "./domain-state.tsx";
import { OUTCOMES, VERDICTS } from "./domain-words.ts";
import { LookList } from "./look-list.tsx";
import { ValueToCopy } from "./value-to-copy.tsx";

export interface DomainRights {
  check: boolean;
  verifyByHand: boolean;
  remove: boolean;
}

interface DomainDrawerProps {
  domain: DomainDetail;
  may: DomainRights;
  closeHref: string;
}

/** One domain: the record that proves it, what was found instead, and what can be done. */
export function DomainDrawer({ domain, may, closeHref }: DomainDrawerProps) {
  const { record, state } = domain;
  return (
    <Drawer
      title={domain.name}
      description={domain.organizationName}
      closeHref={closeHref}
      footer={<Deeds domain={domain} may={may} closeHref={closeHref} />}
    >
      <div className="grid gap-5">
        <KeyValue
          items={[
            { label: "State", value: <DomainState state={state} /> },
            {
              label: "Proven by",
              value: domain.strategy === "manual" ? "Hand, see the audit log" : "DNS record",
            },
            { label: "Environment", value: domain.environmentName },
            { label: "Added", value: <Time at={domain.createdAt} /> },
            { label: "As of", value: <Time at={domain.syncedAt} /> },
            { label: "Id", value: <Copy value={domain.id} label="id" /> },
          ]}
        />
        {record && domain.strategy === "dns" && (
          <section className="grid gap-2">
            <h3 className="font-semibold text-sm">The record that proves it</h3>
            <p className="text-muted text-sm">
              A TXT record in the zone that the site’s own name servers answer from.
            </p>
            <ValueToCopy label="Record name" value={record.name} />
            <ValueToCopy label="Record value" value={record.value} />
          </section>
        )}
        <Seen domain={domain} canCheck={may.check} />
      </div>
    </Drawer>
  );
}

function Seen({ domain, canCheck }: { domain: DomainDetail; canCheck: boolean }) {
  const { look, whyNoLook } = domain;
  return (
    <section className="grid gap-2">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold text-sm">What was found</h3>
        {canCheck && <CheckNow domainId={domain.id} />}
      </header>
      {whyNoLook ? (
        <p className="text-muted text-sm">{whyNoLook}</p>
      ) : look ? (
        <LookShown look={look} value={domain.record?.value ?? ""} isVerified={domain.state === "verified"} />
      ) : (
        <p className="text-muted text-sm">
          Nobody has looked yet. The site looks by itself every five minutes while the domain waits.
        </p>
      )}
    </section>
  );
}

function LookShown({ look, value, isVerified }: { look: DomainLook; value: string; isVerified: boolean }) {
  const { word, tone, advice } = VERDICTS[look.verdict];
  const seen = look.names.map(({ name, outcome, records }) => ({
    name,
    outcome: OUTCOMES[outcome],
    records: records.map((record) => ({ value: record, proves: isProof(record, value) })),
  }));
  return (
    <>
      <Callout tone={isVerified && look.verdict !== "found" ? "caution" : tone} title={word}>
        {isVerified && look.verdict !== "found"
          ? "The domain stays verified: its record is needed once only."
          : advice}
      </Callout>
      <LookList seen={seen} proof="This proves the domain." />
      <p className="text-faint text-xs">
        Asked <Time at={look.at} /> of {look.resolvers.join(", ") || "no name server"}
      </p>
    </>
  );
}

function CheckNow({ domainId }: { domainId: string }) {
  return (
    <Form action={checkDomainAction} onDone={sayChecked} className="justify-items-end gap-2">
      <input type="hidden" name="domainId" value={domainId} />
      <SubmitButton variant="secondary" size="sm" icon={<RefreshCw />}>
        Check now
      </SubmitButton>
    </Form>
  );
}

function sayChecked({ state, verdict }: { state: string; verdict: string }): void {
  const word = Object.hasOwn(VERDICTS, verdict)
    ? VERDICTS[verdict as DomainVerdict].word
    : "Not verified yet";
  if (state === "verified") toast("The domain is verified.");
  else toast(`Looked for: ${word.toLowerCase()}.`, "negative");
}

function Deeds({ domain, may, closeHref }: DomainDrawerProps) {
  const router = useRouter();
  const { id, name, state, organizationName, whyNotByHand } = domain;
  return (
    <>
      {may.remove && (
        <ConfirmDialog
          trigger={
            <Button variant="ghost" icon={<Trash2 />}>
              Remove…
            </Button>
          }
          title="Remove this domain?"
          description={`${organizationName || "The organization"} no longer has it: its addresses lead to no identity provider by themselves, and another organization may add it.`}
          confirm="Remove domain"
          name={name}
          action={removeDomainAction}
          fields={{ domainId: id, confirm: name }}
          onDone={(carried) => {
            sayCarried("The domain is removed.")(carried);
            router.replace(closeHref as Route, { scroll: false });
          }}
        />
      )}
      {may.verifyByHand && state !== "verified" && whyNotByHand === null && (
        <ConfirmDialog
          trigger={<Button icon={<ShieldCheck />}>Verify by hand…</Button>}
          title="Verify this domain by hand?"
          description={`You say that ${name} belongs to ${organizationName || "this organization"}, and no record is asked for. Everybody with an address there is taken to be theirs.`}
          confirm="Verify domain"
          tone="primary"
          action={verifyDomainByHandAction}
          fields={{ domainId: id }}
          onDone={sayCarried("The domain is verified.")}
        >
          <Field
            label="How you know"
            name="reason"
            required
            hint="It is kept in the audit log with your name."
          >
            <Textarea
              placeholder="Contract 2026-114 names it; confirmed by phone with their IT, Ms Berg."
              rows={3}
            />
          </Field>
        </ConfirmDialog>
      )}
      {may.verifyByHand && state !== "verified" && whyNotByHand && (
        <p className="mr-auto text-muted text-xs">{whyNotByHand}</p>
      )}
    </>
  );
}

function isProof(record: string, value: string): boolean {
  return record === value || `verification_token=${record}` === value;
}
