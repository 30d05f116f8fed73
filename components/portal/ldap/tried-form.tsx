"use client";

import { Stethoscope } from "lucide-react";
import { type ReactNode, useState, useTransition } from "react";
import { StepNav } from "#components/portal/sign-in/step-frame.tsx";
import { useTexts } from "#components/portal/texts.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Form, type FormAction, SubmitButton } from "#components/ui/form.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { LdapProbe } from "#lib/drivers/ldap-port.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { ProbeResult } from "./probe-result.tsx";
import { useLdapRefusals } from "./words.ts";

interface TriedFormProps<Value> {
  fields: Readonly<Record<string, string>>;
  save: FormAction<Value>;
  probe: (form: FormData) => Promise<ActionState<LdapProbe>>;
  /** What the button says once a test has passed. */
  submit: string;
  back: string;
  onDone: (value: Value) => void;
  children: ReactNode;
}

/** A form about directory servers: tried as it is typed, and saved once it works; or knowingly before. */
export function TriedForm<Value>(props: TriedFormProps<Value>) {
  const t = useTexts("ldap");
  const { spoken, translate } = useLdapRefusals();
  const [pending, start] = useTransition();
  const [probe, setProbe] = useState<LdapProbe | null>(null);
  const [kind, setKind] = useState("");
  const [problem, setProblem] = useState("");
  // What was tried is no longer what stands there; what it found is still read while it is put right.
  const [stale, setStale] = useState(false);
  const passed = probe?.passed === true && !stale;
  const test = (form: HTMLFormElement | null) => {
    if (!form) return;
    const data = new FormData(form);
    setProbe(null);
    setStale(false);
    setProblem("");
    setKind(String(data.get("kind")));
    start(async () => {
      const state = translate(await props.probe(data));
      start(() => {
        if (state.status === "done") setProbe(state.value);
        else if (state.status === "error")
          setProblem([state.message, ...Object.values(state.fields ?? {})].join(" "));
      });
    });
  };
  return (
    <Form action={spoken(props.save)} onDone={props.onDone} className="gap-5" onChange={() => setStale(true)}>
      {Object.entries(props.fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {props.children}
      <div className="grid gap-4" aria-live="polite">
        {problem && <Callout tone="negative">{problem}</Callout>}
        {pending && (
          <p className="flex items-center gap-2 text-muted text-sm">
            <Spinner /> {t("testing")}
          </p>
        )}
        {probe && <ProbeResult probe={probe} kind={kind} />}
      </div>
      <StepNav back={{ href: props.back, label: t("back") }}>
        <Button
          variant={passed ? "secondary" : "primary"}
          icon={<Stethoscope />}
          pending={pending}
          onClick={(event) => test(event.currentTarget.form)}
        >
          {t(probe ? "test_again" : "test")}
        </Button>
        <SubmitButton variant={passed ? "primary" : "secondary"}>
          {passed ? props.submit : t("save_untested")}
        </SubmitButton>
      </StepNav>
    </Form>
  );
}
