import * as clientCommands from "#lib/gateways/clients/commands.ts";
import * as clientQueries from "#lib/gateways/clients/queries.ts";
import { CLIENT_LIST, CreateClientInput } from "#lib/gateways/clients/schema.ts";
import * as commands from "#lib/gateways/commands.ts";
import * as deliveries from "#lib/gateways/deliveries/queries.ts";
import { ATTEMPT_LIST, DELIVERY_LIST } from "#lib/gateways/deliveries/schema.ts";
import * as endpointCommands from "#lib/gateways/endpoints/commands.ts";
import * as endpointQueries from "#lib/gateways/endpoints/queries.ts";
import { ChangeEndpointInput, CreateEndpointInput } from "#lib/gateways/endpoints/schema.ts";
import * as folderCommands from "#lib/gateways/folders/commands.ts";
import * as folderQueries from "#lib/gateways/folders/queries.ts";
import { ChangeFolderInput, CreateFolderInput } from "#lib/gateways/folders/schema.ts";
import * as intakeCommands from "#lib/gateways/intakes/commands.ts";
import * as intakeQueries from "#lib/gateways/intakes/queries.ts";
import * as queries from "#lib/gateways/queries.ts";
import * as reported from "#lib/gateways/reported/queries.ts";
import { ChangeGatewayInput, ERRAND_LIST, GAP_LIST } from "#lib/gateways/schema.ts";
import * as sourceCommands from "#lib/gateways/sources/commands.ts";
import * as sourceQueries from "#lib/gateways/sources/queries.ts";
import * as streamCommands from "#lib/gateways/streams/commands.ts";
import * as streamQueries from "#lib/gateways/streams/queries.ts";
import { ChangeStreamInput, CreateStreamInput } from "#lib/gateways/streams/schema.ts";
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
  "gateways/commands.trustCarriers": row("gateway.change", "not_found", (actor, { gatewayId }) =>
    commands.trustCarriers(actor, { gatewayId, keys: [] }),
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
  "gateways/sources/queries.listSources": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    sourceQueries.listSources(actor, gatewayId),
  ),
  "gateways/sources/queries.listEnvironmentsToPull": row(
    "gateway_source.create",
    "not_found",
    (actor, { gatewayId }) => sourceQueries.listEnvironmentsToPull(actor, gatewayId),
  ),
  // Its environment is a source already: its own are told so.
  "gateways/sources/commands.createSource": row(
    "gateway_source.create",
    "not_found",
    (actor, { gatewayId, environmentId }) =>
      sourceCommands.createSource(actor, { gatewayId, environmentId, apiKey: "", events: [] }),
  ),
  "gateways/sources/commands.changeSource": row(
    "gateway_source.change",
    "not_found",
    (actor, { gatewaySourceId: sourceId }) =>
      sourceCommands.changeSource(actor, { sourceId, apiKey: "", events: ["user.created"], paused: true }),
  ),
  "gateways/sources/commands.pullAgain": row(
    "gateway_source.pull_again",
    "not_found",
    (actor, { gatewaySourceId: sourceId }) =>
      sourceCommands.pullAgain(actor, { sourceId, from: new Date(0), to: new Date() }),
  ),
  "gateways/sources/commands.removeSource": row(
    "gateway_source.remove",
    "not_found",
    (actor, { gatewaySourceId: sourceId }) => sourceCommands.removeSource(actor, { sourceId }),
  ),
  "gateways/endpoints/queries.listEndpoints": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    endpointQueries.listEndpoints(actor, gatewayId),
  ),
  "gateways/endpoints/commands.createEndpoint": row(
    "relay_endpoint.create",
    "not_found",
    (actor, { gatewayId, environmentId }) =>
      endpointCommands.createEndpoint(
        actor,
        CreateEndpointInput.parse({ gatewayId, ...ENDPOINT, environmentIds: [environmentId] }),
      ),
  ),
  "gateways/endpoints/commands.changeEndpoint": row(
    "relay_endpoint.change",
    "not_found",
    (actor, { relayEndpointId: endpointId }) =>
      endpointCommands.changeEndpoint(
        actor,
        ChangeEndpointInput.parse({ endpointId, ...ENDPOINT, timeoutSeconds: 5 }),
      ),
  ),
  "gateways/endpoints/commands.rotateEndpointSecret": row(
    "relay_endpoint.rotate_secret",
    "not_found",
    (actor, { relayEndpointId: endpointId }) =>
      endpointCommands.rotateEndpointSecret(actor, { endpointId, overlap: "day" }),
  ),
  "gateways/endpoints/commands.pauseEndpoint": row(
    "relay_endpoint.pause",
    "not_found",
    (actor, { relayEndpointId: endpointId }) => endpointCommands.pauseEndpoint(actor, { endpointId }),
  ),
  "gateways/endpoints/commands.resumeEndpoint": row(
    "relay_endpoint.resume",
    "not_found",
    (actor, { relayEndpointId: endpointId }) => endpointCommands.resumeEndpoint(actor, { endpointId }),
  ),
  "gateways/endpoints/commands.replayDeliveries": row(
    "relay_endpoint.replay",
    "not_found",
    (actor, { relayEndpointId: endpointId }) =>
      endpointCommands.replayDeliveries(actor, { endpointId, eventIds: [] }),
  ),
  "gateways/endpoints/commands.removeEndpoint": row(
    "relay_endpoint.remove",
    "not_found",
    (actor, { relayEndpointId: endpointId }) => endpointCommands.removeEndpoint(actor, { endpointId }),
  ),
  "gateways/deliveries/queries.listDeliveries": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    deliveries.listDeliveries(actor, gatewayId, parseListQuery({}, DELIVERY_LIST)),
  ),
  "gateways/reported/queries.listReportedDeliveries": row(
    "gateway.read",
    "not_found",
    (actor, { gatewayId }) => reported.listReportedDeliveries(actor, gatewayId),
  ),
  "gateways/deliveries/queries.listAttempts": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    deliveries.listAttempts(actor, gatewayId, parseListQuery({}, ATTEMPT_LIST)),
  ),
  "gateways/deliveries/queries.findDelivery": row(
    "gateway.read",
    "not_found",
    (actor, { gatewayId, relayEndpointId: endpointId }) =>
      deliveries.findDelivery(actor, gatewayId, { endpointId, eventId: "event_of_a_test" }),
  ),
  "gateways/streams/queries.listStreams": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    streamQueries.listStreams(actor, gatewayId),
  ),
  "gateways/streams/commands.createStream": row(
    "gateway_stream.create",
    "not_found",
    (actor, { gatewayId }) =>
      streamCommands.createStream(actor, CreateStreamInput.parse({ gatewayId, name: "Billing" })),
  ),
  "gateways/streams/commands.changeStream": row(
    "gateway_stream.change",
    "not_found",
    (actor, { gatewayStreamId: streamId }) =>
      streamCommands.changeStream(actor, ChangeStreamInput.parse({ streamId, name: "Payments" })),
  ),
  "gateways/streams/commands.rotateStreamToken": row(
    "gateway_stream.rotate_token",
    "not_found",
    (actor, { gatewayStreamId: streamId }) =>
      streamCommands.rotateStreamToken(actor, { streamId, overlap: "day" }),
  ),
  "gateways/streams/commands.removeStream": row(
    "gateway_stream.remove",
    "not_found",
    (actor, { gatewayStreamId: streamId }) => streamCommands.removeStream(actor, { streamId }),
  ),
  "gateways/folders/queries.listFolders": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    folderQueries.listFolders(actor, gatewayId),
  ),
  "gateways/folders/commands.createFolder": row(
    "gateway_folder.create",
    "not_found",
    (actor, { gatewayId }) =>
      folderCommands.createFolder(
        actor,
        CreateFolderInput.parse({ gatewayId, name: "Archive", path: "/srv/archive" }),
      ),
  ),
  "gateways/folders/commands.changeFolder": row(
    "gateway_folder.change",
    "not_found",
    (actor, { gatewayFolderId: folderId }) =>
      folderCommands.changeFolder(
        actor,
        ChangeFolderInput.parse({ folderId, name: "Archive", path: "/srv/elsewhere" }),
      ),
  ),
  "gateways/folders/commands.removeFolder": row(
    "gateway_folder.remove",
    "not_found",
    (actor, { gatewayFolderId: folderId }) => folderCommands.removeFolder(actor, { folderId }),
  ),
  "gateways/intakes/queries.listIntakes": row("gateway.read", "not_found", (actor, { gatewayId }) =>
    intakeQueries.listIntakes(actor, gatewayId),
  ),
  "gateways/intakes/commands.createIntake": row(
    "gateway_intake.create",
    "not_found",
    (actor, { gatewayId, environmentId }) =>
      intakeCommands.createIntake(actor, {
        ...{ kind: "webhook", gatewayId, environmentId, path: "/webhooks/workos" },
        ...{ secret: "whsec_of_a_sender_outside", toleranceSeconds: 180, maxKilobytes: 1_000 },
      }),
  ),
  "gateways/intakes/commands.changeIntake": row(
    "gateway_intake.change",
    "not_found",
    (actor, { gatewayIntakeId: intakeId }) =>
      intakeCommands.changeIntake(actor, {
        ...{ kind: "callback", intakeId, target: "https://app.example.com", maxKilobytes: 10 },
      }),
  ),
  // A callback has no secret: its own are told so.
  "gateways/intakes/commands.rotateIntakeSecret": row(
    "gateway_intake.rotate_secret",
    "not_found",
    (actor, { gatewayIntakeId: intakeId }) =>
      intakeCommands.rotateIntakeSecret(actor, { intakeId, secret: "whsec_of_a_sender", overlap: "day" }),
  ),
  "gateways/intakes/commands.removeIntake": row(
    "gateway_intake.remove",
    "not_found",
    (actor, { gatewayIntakeId: intakeId }) => intakeCommands.removeIntake(actor, { intakeId }),
  ),
};

const ENDPOINT = { name: "Billing", url: "https://billing.example.com/events" };
