import type { Metadata } from "next";
import { forbidden } from "next/navigation";
import { Breadcrumb } from "#components/ui/breadcrumb.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { Stepper } from "#components/ui/stepper.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getDeployment } from "#lib/deployments/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { Doors, Environment, Site } from "./steps.tsx";

export const metadata: Metadata = { title: "New deployment" };

const STEPS = ["site", "environment", "doors"] as const;
const STEP_NAMES = ["Site and mode", "Environment", "Doors to open"];

/** Each step saves what it asked, so that one that fails or is left costs nothing: the URL leads back to it. */
export default async function NewDeploymentPage({ searchParams }: PageProps<"/deployments/new">) {
  const params = await searchParams;
  const actor = await requireActor();
  if (!actor.can("deployment.create")) forbidden();
  const id = typeof params.deployment === "string" ? params.deployment : null;
  const deployment = id === null ? undefined : await orNotFound(() => getDeployment(actor, id));
  const wanted = STEPS.find((step) => step === params.step) ?? "environment";
  const step = deployment ? wanted : "site";
  const customerId = typeof params.customer === "string" ? params.customer : undefined;
  return (
    <div className="grid gap-5">
      <Breadcrumb items={CRUMBS} />
      <PageHead title={deployment ? `${deployment.name}, ${deployment.customerName}` : "New deployment"}>
        {SENTENCES[step]}
      </PageHead>
      <Stepper label="New deployment" steps={STEP_NAMES} current={STEPS.indexOf(step)} />
      {step === "site" && <Site actor={actor} customerId={customerId} deployment={deployment} />}
      {deployment && step === "environment" && <Environment actor={actor} deployment={deployment} />}
      {deployment && step === "doors" && <Doors actor={actor} deployment={deployment} />}
    </div>
  );
}

const CRUMBS = [{ label: "Deployments", href: "/deployments" }, { label: "New deployment" }];

const SENTENCES = {
  site: "Whose site it is, and how it reaches the Internet.",
  environment: "The deployment is saved. Now its own, walled-off place to sign in.",
  doors: "What has to pass the boundary, and why. Everything else stays denied.",
};
