"use client";

import { CircleX, Scale } from "lucide-react";
import { useState, useTransition } from "react";
import { useTexts } from "#components/portal/texts.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Status } from "#components/ui/status.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import { replayTestAction } from "#lib/portal/sign-in/actions.ts";
import { FIELDS } from "#lib/portal/sign-in/shape.ts";
import type { ReplayedOwn } from "#lib/portal/sign-in/test.ts";
import { useRefusals } from "./refusals.ts";
import { useCheckWords } from "./trace-words.ts";

interface CompareProps {
  connectionId: string;
  testId: string;
}

/** Tries the answer of a test against what people sign in by now, so that a change is seen before it is switched on. */
export function CompareWithActive(about: CompareProps) {
  const t = useTexts("connection");
  const { translate } = useRefusals();
  const [pending, start] = useTransition();
  const [pair, setPair] = useState<ReplayedOwn | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const compare = () => {
    setProblem(null);
    start(async () => {
      const state = translate(await replayTestAction(about));
      start(() => {
        if (state.status === "done") setPair(state.value);
        else if (state.status === "error") setProblem(state.message);
      });
    });
  };
  return (
    <Card title={t("compare.title")} description={t("compare.lead")}>
      <div className="grid gap-3" aria-live="polite">
        {problem && <Callout tone="negative">{problem}</Callout>}
        {pair ? (
          <Pair {...pair} />
        ) : (
          <Button icon={<Scale />} pending={pending} onClick={compare} className="w-fit">
            {t("compare.press")}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Pair({ inUse, changed }: ReplayedOwn) {
  const t = useTexts("connection");
  const rows = useRows(inUse, changed);
  // Beside one that did not come that far everything differs, which says nothing.
  const both = inUse.preview !== null && changed.preview !== null;
  const same = rows.every(({ one, other }) => one === other) && inUse.state === changed.state;
  return (
    <div className="grid gap-3">
      {same && <Callout tone="positive">{t("compare.same")}</Callout>}
      <table className="w-full table-fixed text-left text-sm max-sm:block">
        <thead className="max-sm:sr-only">
          <tr className="border-line border-b text-muted text-xs">
            <th scope="col" className="py-1.5 pr-4 font-medium sm:w-40" />
            <th scope="col" className="py-1.5 pr-4 font-medium">
              {t("compare.inUse")}
            </th>
            <th scope="col" className="py-1.5 font-medium">
              {t("compare.changed")}
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          <tr className={ROW}>
            <th scope="row" className={HEAD}>
              {t("compare.outcome")}
            </th>
            <Cell label={t("compare.inUse")}>
              <Outcome trace={inUse} />
            </Cell>
            <Cell label={t("compare.changed")}>
              <Outcome trace={changed} />
            </Cell>
          </tr>
          {rows.map(({ name, one, other }) => (
            <tr key={name} className={ROW}>
              <th scope="row" className={HEAD}>
                {name}
              </th>
              <Cell label={t("compare.inUse")}>{one || t("preview.nothing")}</Cell>
              <Cell label={t("compare.changed")}>
                <span className="mr-2">{other || t("preview.nothing")}</span>
                {both && one !== other && <Badge tone="caution">{t("compare.differs")}</Badge>}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ROW = "border-line border-b align-top last:border-0 max-sm:block max-sm:py-2";
const HEAD = "py-2 pr-4 font-normal text-muted max-sm:block max-sm:py-0.5";

function Cell({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <td className="py-2 pr-4 [overflow-wrap:anywhere] max-sm:block max-sm:py-0.5">
      <span aria-hidden className="text-muted text-xs sm:hidden">
        {`${label}: `}
      </span>
      {children}
    </td>
  );
}

function Outcome({ trace }: { trace: SignInTrace }) {
  const t = useTexts("connection");
  const said = useCheckWords();
  if (trace.state === "passed") return <Status tone="positive">{t("compare.works")}</Status>;
  return (
    <span className="flex items-start gap-1.5 text-negative">
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0">{said.failure(trace)}</span>
    </span>
  );
}

/** Each field of the profile as either makes it, and the roles. Where one did not come that far, it makes nothing. */
function useRows(inUse: SignInTrace, changed: SignInTrace) {
  const t = useTexts("connection");
  const fieldsOf = ({ preview }: SignInTrace) =>
    new Map(preview?.fields.map(({ field, custom, values }) => [field, { custom, said: values.join(", ") }]));
  const [left, right] = [fieldsOf(inUse), fieldsOf(changed)];
  const rolesOf = ({ preview }: SignInTrace) => {
    if (!preview) return "";
    if (preview.roles === null) return t("preview.noRoles");
    if (preview.roles.length === 0) return t("preview.member");
    return preview.roles
      .map(({ role, group }) => (group ? t("preview.roleOf", { role, group }) : role))
      .join(", ");
  };
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const rows = names.map((field) => {
    const known = FIELDS.find((each) => each === field);
    const custom = (left.get(field) ?? right.get(field))?.custom ?? false;
    return {
      name: known && !custom ? t(`mapping.fields.${known}`) : field,
      one: left.get(field)?.said ?? "",
      other: right.get(field)?.said ?? "",
    };
  });
  return [...rows, { name: t("preview.roles"), one: rolesOf(inUse), other: rolesOf(changed) }];
}
