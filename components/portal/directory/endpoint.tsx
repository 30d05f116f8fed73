"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { GuideSteps } from "#components/portal/guides/guide-steps.tsx";
import { StepNav } from "#components/portal/sign-in/step-frame.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Select } from "#components/ui/select.tsx";
import type { Guide } from "#lib/guides/schema.ts";
import {
  beginScimAction,
  confirmConnectedAction,
  rotateOwnTokenAction,
} from "#lib/portal/directory/actions.ts";

/** Begins a directory that its provider sends to: endpoint and token, with the steps at the provider around them. */
export function BeginScim({ guide }: { guide: Guide }) {
  const t = useTexts("directory");
  const [pending, start] = useTransition();
  const [problem, setProblem] = useState("");
  const [made, setMade] = useState<{ directoryId: string; endpoint: string; token: string } | null>(null);
  const begin = () =>
    start(async () => {
      const state = await beginScimAction({ guideId: guide.id });
      start(() => {
        if (state.status === "done") setMade(state.value);
        else if (state.status === "error") setProblem(state.message);
      });
    });
  if (made) return <Connect guide={guide} {...made} />;
  return (
    <>
      <div role="alert" className="contents">
        {problem && <Callout tone="negative">{problem}</Callout>}
      </div>
      <p className="text-muted text-sm">{t("choose.begin_lead", { name: guide.name })}</p>
      <StepNav back={{ href: "/portal/directory/new", label: t("choose.other") }}>
        <Button variant="primary" pending={pending} onClick={begin}>
          {t("choose.begin")}
        </Button>
      </StepNav>
    </>
  );
}

interface ConnectProps {
  guide: Guide | null;
  directoryId: string;
  endpoint: string;
  /** Null where it was shown already. */
  token: string | null;
}

/** What is entered at the provider, and how. */
export function Connect({ guide, directoryId, endpoint, token }: ConnectProps) {
  const t = useTexts("directory");
  const router = useRouter();
  const [pending, start] = useTransition();
  const [newest, setNewest] = useState(token);
  const confirm = () =>
    start(async () => {
      await confirmConnectedAction({ directoryId });
      router.push(`/portal/directory/${directoryId}/watch` as Route);
    });
  return (
    <>
      <Card>
        <div className="grid gap-4">
          <Value label={t("connect.endpoint")} value={endpoint} />
          {newest && (
            <>
              <Callout tone="caution" title={t("connect.once")}>
                {t("connect.once_text")}
              </Callout>
              <Value label={t("connect.token")} value={newest} />
            </>
          )}
        </div>
      </Card>
      {token === null && <Rotate directoryId={directoryId} onMade={setNewest} />}
      {guide && (
        <section className="grid gap-4">
          <h2 className="font-semibold text-lg">{t("connect.guide")}</h2>
          <GuideSteps
            guide={guide}
            values={{ scim_url: endpoint, ...(newest ? { scim_token: newest } : {}) }}
          />
        </section>
      )}
      <StepNav back={{ href: "/portal/directory", label: t("watch.back") }}>
        <Button variant="primary" pending={pending} onClick={confirm}>
          {t("connect.done")}
        </Button>
      </StepNav>
    </>
  );
}

function Value({ label, value }: { label: string; value: string }) {
  const t = useTexts("directory");
  const words = { copy: t("connect.copy", { what: label }), copied: t("connect.copied", { what: label }) };
  return (
    <div className="grid gap-1.5">
      <span className="font-medium text-sm">{label}</span>
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-sunken py-1 pr-1 pl-2.5">
        <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{value}</code>
        <CopyButton value={value} label={label} words={words} />
      </div>
    </div>
  );
}

function Rotate({ directoryId, onMade }: { directoryId: string; onMade: (token: string) => void }) {
  const t = useTexts("directory");
  return (
    <Card title={t("connect.rotate")} description={t("connect.rotate_lead")}>
      <Form action={rotateOwnTokenAction} onDone={({ token }) => token && onMade(token)}>
        <input type="hidden" name="directoryId" value={directoryId} />
        <div className="flex flex-wrap items-end gap-3">
          <Field label={t("connect.overlap")} name="overlap">
            <Select
              options={(["24", "1", "168", "0"] as const).map((value) => ({
                value,
                label: t(`connect.overlaps.${value}`),
              }))}
            />
          </Field>
          <SubmitButton variant="secondary">{t("connect.rotate")}</SubmitButton>
        </div>
      </Form>
    </Card>
  );
}
