import * as allowlistCommands from "#lib/allowlist/commands.ts";
import * as packs from "#lib/allowlist/packs/queries.ts";
import { PACK_USE_LIST } from "#lib/allowlist/packs/schema.ts";
import * as allowlist from "#lib/allowlist/queries.ts";
import { RULE_LIST } from "#lib/allowlist/schema.ts";
import { listSetChoices } from "#lib/allowlist/sets/queries.ts";
import * as audit from "#lib/audit/queries.ts";
import { AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import * as customerCommands from "#lib/customers/commands.ts";
import * as customers from "#lib/customers/queries.ts";
import { CUSTOMER_LIST } from "#lib/customers/schema.ts";
import * as deploymentCommands from "#lib/deployments/commands.ts";
import * as deployments from "#lib/deployments/queries.ts";
import { CreateDeploymentInput, DEPLOYMENT_LIST } from "#lib/deployments/schema.ts";
import * as overview from "#lib/overview/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { search } from "#lib/search/queries.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Rows, row } from "./rows.ts";

const auditList = () => auditQuery(parseListQuery({}, AUDIT_LIST));
const facts = () => ({ name: `Site ${newId("x")}`, contactEmail: null, notes: "" });
const site = () => ({ name: `Site ${newId("x")}`, mode: "restricted" });

/** Customers, deployments, their allowlists, the audit log, and what looks across all of them. */
export const FLEET: Rows = {
  "allowlist/queries.listRules": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    allowlist.listRules(actor, deploymentId, parseListQuery({}, RULE_LIST)),
  ),
  "allowlist/sets/queries.listSetChoices": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    listSetChoices(actor, deploymentId),
  ),
  "allowlist/queries.getBoundary": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    allowlist.getBoundary(actor, deploymentId),
  ),
  "allowlist/packs/queries.listPacks": row("allowlist.read", "unseen", (actor) => packs.listPacks(actor)),
  "allowlist/packs/queries.getPack": row("allowlist.read", "none", (actor) => packs.getPack(actor, "dns")),
  "allowlist/packs/queries.listPackUses": row("allowlist.read", "unseen", (actor) =>
    packs.listPackUses(actor, "dns", parseListQuery({}, PACK_USE_LIST)),
  ),
  "allowlist/commands.expireRule": row("allowlist.expire_rule", "not_found", allowlistCommands.expireRule),
  "audit/queries.listAuditEvents": row("audit.read", "unseen", (actor) =>
    audit.listAuditEvents(actor, auditList()),
  ),
  "audit/queries.getAuditEvent": row("audit.read", "not_found", (actor, { auditEventId }) =>
    audit.getAuditEvent(actor, auditEventId),
  ),
  "audit/queries.listAuditActors": row("audit.read", "unseen", (actor) => audit.listAuditActors(actor)),
  "customers/queries.listCustomers": row("customer.read", "unseen", (actor) =>
    customers.listCustomers(actor, parseListQuery({}, CUSTOMER_LIST)),
  ),
  "customers/queries.getCustomer": row("customer.read", "not_found", (actor, { customerId }) =>
    customers.getCustomer(actor, customerId),
  ),
  "customers/queries.listCustomerChoices": row("customer.read", "unseen", (actor) =>
    customers.listCustomerChoices(actor),
  ),
  "customers/commands.createCustomer": row("customer.create", "none", (actor) =>
    customerCommands.createCustomer(actor, facts()),
  ),
  "customers/commands.changeCustomer": row("customer.change", "not_found", (actor, { customerId }) =>
    customerCommands.changeCustomer(actor, { customerId, ...facts() }),
  ),
  "customers/commands.archiveCustomer": row(
    "customer.archive",
    "not_found",
    customerCommands.archiveCustomer,
  ),
  "customers/commands.restoreCustomer": row(
    "customer.restore",
    "not_found",
    customerCommands.restoreCustomer,
  ),
  "deployments/queries.listDeployments": row("deployment.read", "unseen", (actor) =>
    deployments.listDeployments(actor, parseListQuery({}, DEPLOYMENT_LIST)),
  ),
  "deployments/queries.getDeployment": row("deployment.read", "not_found", (actor, { deploymentId }) =>
    deployments.getDeployment(actor, deploymentId),
  ),
  "deployments/queries.listDeploymentFilters": row("deployment.read", "unseen", (actor) =>
    deployments.listDeploymentFilters(actor),
  ),
  "deployments/commands.createDeployment": row("deployment.create", "not_found", (actor, { customerId }) =>
    deploymentCommands.createDeployment(actor, CreateDeploymentInput.parse({ customerId, ...site() })),
  ),
  "deployments/commands.changeDeployment": row("deployment.change", "not_found", (actor, world) => {
    const { customerId, ...input } = CreateDeploymentInput.parse({ customerId: world.customerId, ...site() });
    return deploymentCommands.changeDeployment(actor, { deploymentId: world.deploymentId, ...input });
  }),
  "deployments/commands.archiveDeployment": row(
    "deployment.archive",
    "not_found",
    deploymentCommands.archiveDeployment,
  ),
  "deployments/commands.restoreDeployment": row(
    "deployment.restore",
    "not_found",
    deploymentCommands.restoreDeployment,
  ),
  "overview/queries.countFleet": row("deployment.read", "unseen", (actor) => overview.countFleet(actor, 8)),
  "overview/queries.listExpiring": row("allowlist.read", "unseen", (actor) =>
    overview.listExpiring(actor, 100),
  ),
  "overview/queries.listFailingConnections": row("connection.read", "unseen", (actor) =>
    overview.listFailingConnections(actor, 100),
  ),
  "search/queries.search": row("customer.read", "unseen", (actor) => search(actor, "Customer")),
};
