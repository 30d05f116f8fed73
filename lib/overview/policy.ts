import type { Health } from "#lib/deployments/words.ts";

/** The answer to "is anything wrong?", in one sentence. */
export function headline(counts: Readonly<Record<Health, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const { failing, degraded, unknown, setting_up: settingUp } = counts;
  if (total === 0) return "There are no sites yet.";
  if (failing > 0) {
    const others =
      degraded > 0 ? `, and ${told(degraded)} more ${degraded === 1 ? "needs" : "need"} a look` : "";
    return `${sites(failing)} failing${others}.`;
  }
  if (degraded > 0)
    return `${told(degraded)} of ${told(total)} sites ${degraded === 1 ? "needs" : "need"} a look. None is failing.`;
  if (settingUp > 0) return `Nothing is wrong. ${sites(settingUp)} still being set up.`;
  if (unknown > 0) return `Nothing is known to be wrong. ${sites(unknown)} silent since set-up.`;
  return total === 1 ? "The one site is healthy." : `All ${told(total)} sites are healthy.`;
}

function sites(count: number): string {
  return count === 1 ? "1 site is" : `${told(count)} sites are`;
}

const told = (count: number) => count.toLocaleString("en");

export interface FirstStep {
  title: string;
  detail: string;
  href: string;
  verb: string;
  done: boolean;
}

/** How a new console is put to use, in order; `people` counts the one who reads this too. */
export function firstSteps(facts: { customers: number; deployments: number; people: number }): FirstStep[] {
  return [
    {
      title: "Add a customer",
      detail: "The organization that runs your product in its own network.",
      href: "/customers",
      verb: "Add customer",
      done: facts.customers > 0,
    },
    {
      title: "Create a deployment",
      detail: "One installation at one site, with an identity environment of its own.",
      href: "/deployments/new",
      verb: "New deployment",
      done: facts.deployments > 0,
    },
    {
      title: "Invite your colleagues",
      detail: "Each gets the role their work needs, and no more.",
      href: "/people",
      verb: "Invite",
      done: facts.people > 1,
    },
  ];
}
