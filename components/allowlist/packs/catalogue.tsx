import clsx from "clsx";
import type { Route } from "next";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { PackRow } from "#lib/allowlist/packs/queries.ts";
import { MODE_WORDS } from "#lib/deployments/words.ts";
import { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { GROUP_WORDS, GROUPS, standingWords } from "./words.ts";

/** Every rule pack there is, by who signs people in where it is used. */
export function Catalogue({ packs }: { packs: readonly PackRow[] }) {
  return (
    <div className="grid gap-5">
      {GROUPS.map((group) => (
        <Card key={group} title={GROUP_WORDS[group].name} description={GROUP_WORDS[group].about} flush>
          <div className="overflow-x-auto">
            <table className="w-full table-fixed md:min-w-3xl text-left text-sm">
              <caption className="sr-only">Rule packs: {GROUP_WORDS[group].name}</caption>
              <thead>
                <tr className="text-muted text-xs [&>th]:border-line [&>th]:border-b [&>th]:bg-sunken [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
                  <th scope="col">Capability</th>
                  {Object.values(DeploymentMode).map((mode) => (
                    <th key={mode} scope="col" className="hidden w-28 md:table-cell">
                      {MODE_WORDS[mode]}
                    </th>
                  ))}
                  <th scope="col" className="hidden w-20 text-right md:table-cell">
                    Doors
                  </th>
                  <th scope="col" className="hidden w-24 md:table-cell">
                    Version
                  </th>
                  <th scope="col" className="w-28 text-right md:w-44">
                    Deployments
                  </th>
                </tr>
              </thead>
              <tbody>{packs.filter((pack) => pack.group === group).map(packLine)}</tbody>
            </table>
          </div>
        </Card>
      ))}
    </div>
  );
}

function packLine({ id, name, summary, modes, rules, newest, deployments, behind }: PackRow) {
  return (
    <tr
      key={id}
      className="align-top [&>td]:border-line [&>td]:border-b [&>td]:px-4 [&>td]:py-2 last:[&>td]:border-0"
    >
      <td>
        <Link href={`/allowlists/packs/${id}` as Route} className="font-medium hover:underline">
          {name}
        </Link>
        <span className="block text-muted text-xs">{summary}</span>
        <span className="mt-1 block text-muted text-xs md:hidden">
          {rules} {rules === 1 ? "door" : "doors"}, version {newest.number}.{" "}
          {Object.values(DeploymentMode)
            .map((mode) => `${MODE_WORDS[mode]}: ${standingWords(modes[mode]).toLowerCase()}`)
            .join("; ")}
          .
        </span>
      </td>
      {Object.values(DeploymentMode).map((mode) => {
        const standing = modes[mode];
        return (
          <td key={mode} className={clsx("hidden md:table-cell", standing !== "usual" && "text-muted")}>
            {standingWords(standing)}
          </td>
        );
      })}
      <td className="hidden text-right tabular-nums md:table-cell">{rules}</td>
      <td className="hidden tabular-nums md:table-cell">{newest.number}</td>
      <td className="text-right tabular-nums">
        {behind > 0 && <Badge tone="caution">{behind.toLocaleString("en")} behind</Badge>}{" "}
        {deployments.toLocaleString("en")}
      </td>
    </tr>
  );
}
