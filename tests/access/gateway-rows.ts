import * as clientCommands from "#lib/gateways/clients/commands.ts";
import * as clientQueries from "#lib/gateways/clients/queries.ts";
import { CLIENT_LIST, CreateClientInput } from "#lib/gateways/clients/schema.ts";
import * as commands from "#lib/gateways/commands.ts";
import * as queries from "#lib/gateways/queries.ts";
import { ChangeGatewayInput, ERRAND_LIST, GAP_LIST } from "#lib/gateways/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

/** The gateway of a deployment, and what it is told. */
export const GATEWAYS: Rows = {
  "gateways/queries.getGateway": row("gateway.read", "not_found", (actor, { deploymentId }) =>
    queries.getGateway(actor, deploymentId),
  ),
  "gateways/queries.findGatewayId": row("gateway.read", "not_found", (actor, { deploymentId }) =>
    queries.findGatewayId(actor, deploymentId),
  ),
  "gateways/queries.listGaps": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    queries.listGaps(actor, gatewayId, parseListQuery({}, GAP_LIST)),
  ),
  "gateways/queries.listErrands": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    queries.listErrands(actor, gatewayId, parseListQuery({}, ERRAND_LIST)),
  ),
  // The deployment has one: its own are told so, and others that there is no such deployment.
  "gateways/commands.createGateway": row("gateway.create", "not_found", (actor, { deploymentId }) =>
    commands.createGateway(actor, { deploymentId }),
  ),
  "gateways/commands.rotateGatewayToken": row("gateway.rotate_token", "not_found", (actor, { gatewayId }) =>
    commands.rotateGatewayToken(actor, { gatewayId, overlap: "day" }),
  ),
  "gateways/commands.changeGateway": row("gateway.change", "not_found", (actor, { gatewayId }) =>
    commands.changeGateway(
      actor,
      ChangeGatewayInput.parse({ gatewayId, bufferGigabytes: 1, bufferDays: 1, crossingsKeptDays: 1 }),
    ),
  ),
  "gateways/commands.removeGateway": row("gateway.remove", "not_found", (actor, { gatewayId }) =>
    commands.removeGateway(actor, { gatewayId, confirm: "Main" }),
  ),
  "gateways/clients/queries.listClients": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    clientQueries.listClients(actor, gatewayId, parseListQuery({}, CLIENT_LIST)),
  ),
  "gateways/clients/commands.createClient": row(
    "gateway_client.create",
    "not_found",
    (actor, { gatewayId }) =>
      clientCommands.createClient(
        actor,
        CreateClientInput.parse({ gatewayId, name: "Billing", token: "on" }),
      ),
  ),
  "gateways/clients/commands.changeClient": row(
    "gateway_client.change",
    "not_found",
    (actor, { gatewayClientId: clientId }) =>
      clientCommands.changeClient(actor, { clientId, name: "Payments", certificateSha256: [], networks: [] }),
  ),
  "gateways/clients/commands.rotateClientToken": row(
    "gateway_client.rotate_token",
    "not_found",
    (actor, { gatewayClientId: clientId }) =>
      clientCommands.rotateClientToken(actor, { clientId, overlap: "day" }),
  ),
  "gateways/clients/commands.revokeClient": row(
    "gateway_client.revoke",
    "not_found",
    (actor, { gatewayClientId: clientId }) => clientCommands.revokeClient(actor, { clientId }),
  ),
};
