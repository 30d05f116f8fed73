"use client";

import type { Route } from "next";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cx } from "#components/ui/cx.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { later } from "#components/ui/later.tsx";
import { Switch } from "#components/ui/switch.tsx";
import type { CapabilityRow } from "#lib/change-requests/capabilities/queries.ts";
import { GROUP_WORDS, GROUPS } from "../packs/words.ts";

const TickForm = later(() => import("./tick-form.tsx"), 2);
const UntickForm = later(() => import("./untick-form.tsx"), 2);

interface CapabilityListProps {
  deploymentId: string;
  rows: readonly CapabilityRow[];
  may: boolean;
}

type Open = { what: "tick" | "untick"; id: string } | null;

function prepare(): void {
  TickForm.prepare();
  UntickForm.prepare();
}

/** What this site can do across its boundary; each switch puts its pack's rules to the draft, or their end. */
export function CapabilityList({ deploymentId, rows, may }: CapabilityListProps) {
  const inUse = rows.filter(({ has, drafted }) => has || drafted);
  // What is in use is named in a line or two: the rules below are what the page is for.
  const [shows, setShows] = useState<"names" | "used" | "all">(inUse.length === 0 ? "all" : "names");
  const all = shows === "all";
  const [open, setOpen] = useState<Open>(null);
  const shown = rows.filter((row) => inUse.includes(row) || (all && !refusalOf(row)));
  const chosen = rows.find(({ id }) => id === open?.id);
  const close = () => setOpen(null);
  return (
    <Card
      title="Capabilities"
      description="Each brings the rules of its pack, and takes exactly those along when it goes."
      actions={
        <>
          {inUse.length > 0 && (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => setShows(shows === "names" ? "used" : "names")}
              aria-expanded={shows !== "names"}
            >
              {shows === "names" ? "Show details" : "Show less"}
            </Button>
          )}
          <Button size="sm" onClick={() => setShows(all ? "used" : "all")} aria-expanded={all}>
            {all ? "Show those in use" : `Show all ${rows.length}`}
          </Button>
        </>
      }
      flush
    >
      {shows === "names" && <Names rows={inUse} />}
      {shows !== "names" && shown.length === 0 && (
        <p className="px-4 py-3 text-muted text-sm">
          None is switched on. Rules of the site's own open what they say, and nothing else passes.
        </p>
      )}
      {(shows === "names" ? [] : GROUPS).map((group) => {
        const some = shown.filter((row) => row.group === group);
        const refused = all ? rows.filter((row) => row.group === group && !shown.includes(row)) : [];
        return (
          some.length + refused.length > 0 && (
            <section key={group}>
              <h3 className="border-line border-b bg-sunken px-4 py-1.5 font-medium text-muted text-xs">
                {GROUP_WORDS[group].name}
              </h3>
              <ul className="-mb-px grid lg:grid-cols-2 lg:gap-x-8">
                {some.map((row) => (
                  <li
                    key={row.id}
                    onPointerEnter={prepare}
                    onFocus={prepare}
                    className="min-w-0 border-line border-b px-4 py-2.5"
                  >
                    <CapabilityLine
                      row={row}
                      may={may}
                      onSwitch={() => setOpen({ what: isOn(row) ? "untick" : "tick", id: row.id })}
                      onAnswers={() => setOpen({ what: "tick", id: row.id })}
                    />
                  </li>
                ))}
              </ul>
              <Refused rows={refused} />
            </section>
          )
        );
      })}
      {chosen && open && (
        <Dialog open onOpenChange={(next) => !next && close()} size="lg" {...headOf(chosen, open.what)}>
          {open.what === "tick" ? (
            <TickForm deploymentId={deploymentId} capability={chosen} onClose={close} />
          ) : (
            <UntickForm deploymentId={deploymentId} capability={chosen} onClose={close} />
          )}
        </Dialog>
      )}
    </Card>
  );
}

/** What is in use by its names, and beside each what somebody should see. */
function Names({ rows }: { rows: readonly CapabilityRow[] }) {
  return (
    <ul className="flex flex-wrap items-center gap-x-5 gap-y-1.5 px-4 py-3 text-sm">
      {rows.map((row) => (
        <li key={row.id} className="flex flex-wrap items-center gap-x-1.5">
          <span className={cx(!isOn(row) && "text-muted line-through")}>{row.name}</span>
          <Draft row={row} />
          {row.has && <Warnings row={row} has={row.has} />}
        </li>
      ))}
    </ul>
  );
}

function headOf({ name, summary, drafted }: CapabilityRow, what: "tick" | "untick") {
  if (what === "tick") return { title: name, description: summary };
  return {
    title: drafted === "add" ? `Take ${name} out of your draft?` : `Do without ${name}?`,
    description: "Exactly the rules of its pack close. What others need stays open for them.",
  };
}

/** What a site of this mode cannot have, and why: once for all that have the same reason. */
function Refused({ rows }: { rows: readonly CapabilityRow[] }) {
  const reasons = [...Map.groupBy(rows, refusalOf)];
  return reasons.map(([reason, some]) => (
    <p key={reason} className="border-line border-b px-4 py-2.5 text-muted text-xs">
      <span className="font-medium text-ink">{some.map(({ name }) => name).join(", ")}.</span> {reason}
    </p>
  ));
}

function refusalOf({ standing }: CapabilityRow): string | null {
  return typeof standing === "object" ? standing.not : null;
}

interface CapabilityLineProps {
  row: CapabilityRow;
  may: boolean;
  onSwitch: () => void;
  onAnswers: () => void;
}

function CapabilityLine({ row, may, onSwitch, onAnswers }: CapabilityLineProps) {
  const { name, summary, has } = row;
  const refused = refusalOf(row);
  return (
    <div className="grid gap-1">
      <Switch
        label={<span className="font-medium">{name}</span>}
        hint={refused ?? summary}
        checked={isOn(row)}
        disabled={!may || (refused !== null && !isOn(row))}
        onChange={onSwitch}
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
        <Draft row={row} />
        {has && <Standing row={row} has={has} />}
        {has &&
          may &&
          !refused &&
          row.drafted !== "remove" &&
          (row.questions.length > 0 || isBehind(row)) && (
            <button type="button" onClick={onAnswers} className="text-accent hover:underline">
              {isBehind(row) ? `Take version ${row.newest.number}` : "Change answers"}
            </button>
          )}
        <Link href={`/allowlists/packs/${row.id}` as Route} className="text-accent hover:underline">
          Its pack<span className="sr-only">: {name}</span>
        </Link>
      </div>
    </div>
  );
}

const DRAFTED = {
  add: "Added in your draft",
  change: "Changed in your draft",
  remove: "Removed in your draft",
};

function Draft({ row: { drafted } }: { row: CapabilityRow }) {
  return drafted && <Badge tone="accent">{DRAFTED[drafted]}</Badge>;
}

function Standing({ row, has }: { row: CapabilityRow; has: NonNullable<CapabilityRow["has"]> }) {
  const { open, sharedWith, leftOut } = has;
  return (
    <>
      <Warnings row={row} has={has} />
      <span title={sharedWith.length > 0 ? `Shared with ${sharedWith.join(", ")}` : undefined}>
        {open === 1 ? "1 door" : `${open} doors`}
        {sharedWith.length > 0 && `, shared with ${sharedWith.length} more`}
      </span>
      {leftOut.length > 0 && <span title={leftOut.join("; ")}>{leftOut.length} left out</span>}
    </>
  );
}

function Warnings({ row, has }: { row: CapabilityRow; has: NonNullable<CapabilityRow["has"]> }) {
  const { shut } = has;
  return (
    <>
      {refusalOf(row) && <Badge tone="caution">Not for this mode</Badge>}
      {isBehind(row) && <Badge tone="caution">Version {has.version}</Badge>}
      {shut.length > 0 && (
        <span title={shut.map(({ text, without }) => `${text}. ${without}`).join(" ")}>
          <Badge tone="negative">
            {shut.length === 1 ? "1 door is shut" : `${shut.length} doors are shut`}
          </Badge>
        </span>
      )}
    </>
  );
}

/** As the draft would leave it. */
function isOn({ has, drafted }: CapabilityRow): boolean {
  return drafted === "add" || (has !== null && drafted !== "remove");
}

function isBehind({ has, newest, drafted }: CapabilityRow): boolean {
  return has !== null && drafted !== "change" && has.version < newest.number;
}
