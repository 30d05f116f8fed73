import type { DemoDeployment } from "./deployments.ts";
import type { DemoEnvironment } from "./environments.ts";

/** What an event at a deployment is about. */
export function deploymentTarget({ id, name, customer }: Pick<DemoDeployment, "id" | "name" | "customer">) {
  return {
    targetType: "deployment",
    targetId: id,
    targetName: name,
    customerId: customer.id,
    deploymentId: id,
  };
}

/** What an event at an environment is about. */
export function environmentTarget({
  id,
  name,
  deployment,
}: Pick<DemoEnvironment, "id" | "name" | "deployment">) {
  const { customer } = deployment;
  return {
    targetType: "environment",
    targetId: id,
    targetName: name,
    customerId: customer.id,
    deploymentId: deployment.id,
  };
}
