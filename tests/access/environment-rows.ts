import * as keyCommands from "#lib/api-keys/commands.ts";
import * as keys from "#lib/api-keys/queries.ts";
import { KEY_LIST } from "#lib/api-keys/schema.ts";
import * as connectionCommands from "#lib/connections/commands.ts";
import * as connections from "#lib/connections/queries.ts";
import {
  ChangeLdapInput,
  ChangeMappingInput,
  CONNECTION_LIST,
  CreateConnectionInput,
  MetadataInput,
  SetupLinkInput,
} from "#lib/connections/schema.ts";
import * as directoryCommands from "#lib/directories/commands.ts";
import * as directories from "#lib/directories/queries.ts";
import { ChangeSourceInput, CreateDirectoryInput, DIRECTORY_LIST } from "#lib/directories/schema.ts";
import * as contentCommands from "#lib/directory-content/commands.ts";
import * as content from "#lib/directory-content/queries.ts";
import { GROUP_LIST, OUTCOME_LIST, PEOPLE_LIST } from "#lib/directory-content/schema.ts";
import * as environmentCommands from "#lib/environments/commands.ts";
import * as environments from "#lib/environments/queries.ts";
import * as messageCommands from "#lib/messages/commands.ts";
import * as messages from "#lib/messages/queries.ts";
import { MESSAGE_LIST } from "#lib/messages/schema.ts";
import * as operationCommands from "#lib/operations/commands.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import * as redirectCommands from "#lib/redirect-uris/commands.ts";
import * as redirects from "#lib/redirect-uris/queries.ts";
import { REDIRECT_URI_LIST } from "#lib/redirect-uris/schema.ts";
import * as serviceCommands from "#lib/services/commands.ts";
import * as services from "#lib/services/queries.ts";
import { SERVICE_LIST } from "#lib/services/schema.ts";
import { type Rows, row } from "./rows.ts";

const AT_ONCE = { when: "now", reason: "It was agreed upon" } as const;
const KEY = { name: "Billing service", lifetime: "90" } as const;
const URL_SOURCE = { source: "url", metadataUrl: "http://127.0.0.1:9/metadata" };
const METADATA = { source: "metadata", metadataXml: "<nothing/>" };
const ORGANIZATION = { organizationId: "org_1", organizationName: "Contoso" };
const DIRECTORY = { name: "People", deactivated: "delete" } as const;
const SCIM = { source: "scim", type: "okta scim v2.0" } as const;
const LDAP = {
  kind: "standard",
  servers: "ldaps://127.0.0.1:9",
  bindDn: "cn=reader,dc=example",
  baseDn: "dc=example",
} as const;
const MESSAGE = { messageId: "msg_1" };
const PROVIDER = { ...ORGANIZATION, type: "OktaSAML", name: "Okta" };

/** Environments, what is in them, and the services that run them. */
export const ENVIRONMENTS: Rows = {
  "environments/queries.listEnvironments": row("environment.read", "not_found", (actor, { deploymentId }) =>
    environments.listEnvironments(actor, deploymentId),
  ),
  "api-keys/queries.listKeys": row("api_key.read", "not_found", (actor, { environmentId }) =>
    keys.listKeys(actor, environmentId, parseListQuery({}, KEY_LIST)),
  ),
  "redirect-uris/queries.listRedirectUris": row("environment.read", "not_found", (actor, { environmentId }) =>
    redirects.listRedirectUris(actor, environmentId, parseListQuery({}, REDIRECT_URI_LIST)),
  ),
  "environments/queries.getEnvironmentChoices": row(
    "environment.read",
    "not_found",
    (actor, { deploymentId }) => environments.getEnvironmentChoices(actor, deploymentId),
  ),
  "environments/commands.createEnvironment": row("environment.create", "not_found", (actor, world) => {
    const { deploymentId, serviceId } = world;
    const what = { driver: "offline", name: "Staging", kind: "staging" } as const;
    return environmentCommands.createEnvironment(actor, { ...what, deploymentId, serviceId });
  }),
  "environments/commands.adoptEnvironment": row(
    "environment.create",
    "not_found",
    (actor, { deploymentId }) =>
      environmentCommands.adoptEnvironment(actor, {
        deploymentId,
        name: "Cloud",
        kind: "staging",
        clientId: "client_01J00000000000000000000000",
        key: "sk_test_0123456789abcdef",
      }),
  ),
  "environments/commands.replaceKey": row("environment.change", "not_found", (actor, { environmentId }) =>
    environmentCommands.replaceKey(actor, { environmentId, key: "sk_test_0123456789abcdef" }),
  ),
  "environments/commands.renameEnvironment": row(
    "environment.change",
    "not_found",
    (actor, { environmentId }) =>
      environmentCommands.renameEnvironment(actor, { environmentId, name: "Renamed" }),
  ),
  "environments/commands.checkEnvironment": row(
    "environment.change",
    "not_found",
    environmentCommands.checkEnvironment,
  ),
  "environments/commands.removeEnvironment": row(
    "environment.remove",
    "not_found",
    (actor, { environmentId }) =>
      environmentCommands.removeEnvironment(actor, { environmentId, confirm: "Production" }),
  ),
  "api-keys/commands.createKey": row("api_key.create", "not_found", (actor, { environmentId }) =>
    keyCommands.createKey(actor, { environmentId, ...KEY }),
  ),
  "api-keys/commands.rotateKey": row("api_key.rotate", "not_found", (actor, { apiKeyId }) =>
    keyCommands.rotateKey(actor, { apiKeyId, lifetime: "90", overlap: "24" }),
  ),
  "api-keys/commands.revokeKey": row("api_key.revoke", "not_found", (actor, { apiKeyId }) =>
    keyCommands.revokeKey(actor, { apiKeyId, confirm: "Application" }),
  ),
  "api-keys/commands.showKey": row("api_key.create", "not_found", keyCommands.showKey),
  "redirect-uris/commands.addRedirectUri": row(
    "redirect_uri.change",
    "not_found",
    (actor, { environmentId }) =>
      redirectCommands.addRedirectUri(actor, { environmentId, uri: "https://app.example.com/other" }),
  ),
  "redirect-uris/commands.chooseDefaultRedirectUri": row(
    "redirect_uri.change",
    "not_found",
    redirectCommands.chooseDefaultRedirectUri,
  ),
  "redirect-uris/commands.removeRedirectUri": row(
    "redirect_uri.change",
    "not_found",
    redirectCommands.removeRedirectUri,
  ),
  "connections/queries.listConnections": row("connection.read", "not_found", (actor, { deploymentId }) =>
    connections.listConnections(actor, deploymentId, parseListQuery({}, CONNECTION_LIST)),
  ),
  "connections/queries.listConnectionPlaces": row("connection.read", "unseen", (actor, { deploymentId }) =>
    connections.listConnectionPlaces(actor, deploymentId),
  ),
  "connections/queries.listOrganizations": row("connection.read", "not_found", (actor, { environmentId }) =>
    connections.listOrganizations(actor, environmentId),
  ),
  "connections/queries.getConnection": row("connection.read", "not_found", (actor, world) =>
    connections.getConnection(actor, world.deploymentId, world.connectionId),
  ),
  "connections/queries.readLiveConnection": row("connection.read", "not_found", (actor, { connectionId }) =>
    connections.readLiveConnection(actor, connectionId),
  ),
  "connections/commands.inspectMetadata": row("connection.create", "not_found", (actor, { environmentId }) =>
    connectionCommands.inspectMetadata(actor, MetadataInput.parse({ environmentId, ...URL_SOURCE })),
  ),
  "connections/commands.inspectIssuer": row("connection.create", "not_found", (actor, { environmentId }) =>
    connectionCommands.inspectIssuer(actor, { environmentId, issuer: "http://127.0.0.1:9" }),
  ),
  "connections/commands.createConnection": row("connection.create", "not_found", (actor, { environmentId }) =>
    connectionCommands.createConnection(
      actor,
      CreateConnectionInput.parse({ environmentId, ...PROVIDER, ...METADATA }),
    ),
  ),
  "connections/commands.changeConnectionState": row(
    "connection.change",
    "not_found",
    (actor, { connectionId }) =>
      connectionCommands.changeConnectionState(actor, { connectionId, state: "inactive" }),
  ),
  "connections/commands.replaceCertificates": row(
    "connection.change",
    "not_found",
    (actor, { connectionId }) =>
      connectionCommands.replaceCertificates(actor, { connectionId, certificates: ["-"], ...AT_ONCE }),
  ),
  "connections/commands.changeMapping": row("connection.change", "not_found", (actor, { connectionId }) =>
    connectionCommands.changeMapping(
      actor,
      ChangeMappingInput.parse({ connectionId, name: "Okta", ...AT_ONCE }),
    ),
  ),
  "connections/commands.changeLdap": row("connection.change", "not_found", (actor, { connectionId }) =>
    connectionCommands.changeLdap(actor, ChangeLdapInput.parse({ connectionId, ...LDAP, ...AT_ONCE })),
  ),
  "connections/commands.removeConnection": row("connection.remove", "not_found", (actor, { connectionId }) =>
    connectionCommands.removeConnection(actor, { connectionId, confirm: "Okta" }),
  ),
  "connections/commands.startTest": row("connection.test", "not_found", connectionCommands.startTest),
  "connections/commands.readTest": row("connection.test", "not_found", (actor, { connectionId }) =>
    connectionCommands.readTest(actor, { connectionId, testId: "test_1" }),
  ),
  "connections/commands.createSetupLink": row("connection.create", "not_found", (actor, { environmentId }) =>
    connectionCommands.createSetupLink(actor, SetupLinkInput.parse({ environmentId, ...ORGANIZATION })),
  ),
  "directories/queries.listDirectories": row("directory.read", "not_found", (actor, { deploymentId }) =>
    directories.listDirectories(actor, deploymentId, parseListQuery({}, DIRECTORY_LIST)),
  ),
  "directories/queries.listDirectoryPlaces": row("directory.read", "unseen", (actor, { deploymentId }) =>
    directories.listDirectoryPlaces(actor, deploymentId),
  ),
  "directories/queries.getDirectory": row("directory.read", "not_found", (actor, world) =>
    directories.getDirectory(actor, world.deploymentId, world.directoryId),
  ),
  "directories/queries.readLiveDirectory": row("directory.read", "not_found", (actor, { directoryId }) =>
    directories.readLiveDirectory(actor, directoryId),
  ),
  "directory-content/queries.listPeople": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.listPeople(actor, directoryId, parseListQuery({}, PEOPLE_LIST)),
  ),
  "directory-content/queries.listGroups": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.listGroups(actor, directoryId, parseListQuery({}, GROUP_LIST)),
  ),
  "directory-content/queries.findGroups": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.findGroups(actor, { directoryId, search: "" }),
  ),
  "directory-content/queries.watchDirectory": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.watchDirectory(actor, directoryId),
  ),
  "directory-content/queries.readRolePlan": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.readRolePlan(actor, directoryId),
  ),
  "directory-content/queries.listOutcomes": row("directory.read", "not_found", (actor, { directoryId }) =>
    content.listOutcomes(actor, directoryId, parseListQuery({}, OUTCOME_LIST)),
  ),
  "directory-content/commands.draftRoles": row(
    "directory.draft_roles",
    "not_found",
    (actor, { directoryId }) => contentCommands.draftRoles(actor, { directoryId, mappings: [] }),
  ),
  "directory-content/commands.discardRoles": row(
    "directory.draft_roles",
    "not_found",
    contentCommands.discardRoles,
  ),
  "directory-content/commands.activateRoles": row(
    "directory.activate_roles",
    "not_found",
    (actor, { directoryId }) => contentCommands.activateRoles(actor, { directoryId, version: 1 }),
  ),
  "directory-content/commands.returnRoles": row(
    "directory.return_roles",
    "not_found",
    contentCommands.returnRoles,
  ),
  "directories/commands.createDirectory": row("directory.create", "not_found", (actor, { environmentId }) =>
    directoryCommands.createDirectory(
      actor,
      CreateDirectoryInput.parse({ environmentId, ...ORGANIZATION, ...DIRECTORY, ...SCIM }),
    ),
  ),
  "directories/commands.changeDirectory": row("directory.change", "not_found", (actor, { directoryId }) =>
    directoryCommands.changeDirectory(actor, { directoryId, ...DIRECTORY }),
  ),
  "directories/commands.changeSource": row("directory.change", "not_found", (actor, { directoryId }) =>
    directoryCommands.changeSource(
      actor,
      ChangeSourceInput.parse({ directoryId, ...LDAP, intervalMinutes: "15" }),
    ),
  ),
  "directories/commands.syncDirectory": row("directory.sync", "not_found", (actor, { directoryId }) =>
    directoryCommands.syncDirectory(actor, { directoryId, kind: "full" }),
  ),
  "directories/commands.testDirectory": row("directory.test", "not_found", directoryCommands.testDirectory),
  "directories/commands.rotateDirectoryToken": row(
    "directory.rotate_token",
    "not_found",
    (actor, { directoryId }) => directoryCommands.rotateDirectoryToken(actor, { directoryId, overlap: "24" }),
  ),
  "directories/commands.showDirectoryToken": row(
    "directory.rotate_token",
    "not_found",
    directoryCommands.showDirectoryToken,
  ),
  "directories/commands.removeDirectory": row("directory.remove", "not_found", (actor, { directoryId }) =>
    directoryCommands.removeDirectory(actor, { directoryId, confirm: "Staff" }),
  ),
  "messages/queries.listMessages": row("message.read", "not_found", (actor, { environmentId }) =>
    messages.listMessages(actor, environmentId, parseListQuery({}, MESSAGE_LIST)),
  ),
  "messages/queries.getMessage": row("message.read", "not_found", (actor, { environmentId }) =>
    messages.getMessage(actor, environmentId, MESSAGE.messageId),
  ),
  "messages/commands.revealMessage": row("message.reveal", "not_found", (actor, { environmentId }) =>
    messageCommands.revealMessage(actor, { environmentId, ...MESSAGE }),
  ),
  "messages/commands.deliverMessage": row("message.deliver", "not_found", (actor, { environmentId }) =>
    messageCommands.deliverMessage(actor, { environmentId, ...MESSAGE }),
  ),
  "messages/commands.sendMessageAgain": row("message.send_again", "not_found", (actor, { environmentId }) =>
    messageCommands.sendMessageAgain(actor, { environmentId, ...MESSAGE }),
  ),
  "messages/commands.discardMessage": row("message.discard", "not_found", (actor, { environmentId }) =>
    messageCommands.discardMessage(actor, { environmentId, ...MESSAGE, confirm: "ada@example.com" }),
  ),
  "operations/queries.listOpenOperations": row("operation.read", "unseen", (actor, { deploymentId }) =>
    listOpenOperations(actor, deploymentId),
  ),
  "operations/commands.retryOperation": row("operation.retry", "not_found", operationCommands.retryOperation),
  "operations/commands.giveUpOperation": row(
    "operation.retry",
    "not_found",
    operationCommands.giveUpOperation,
  ),
  "services/queries.listServices": row("service.read", "unseen", (actor) =>
    services.listServices(actor, parseListQuery({}, SERVICE_LIST)),
  ),
  "services/queries.getService": row("service.read", "not_found", (actor, { serviceId }) =>
    services.getService(actor, serviceId),
  ),
  "services/queries.listServicesFor": row("environment.create", "unseen", (actor, { customerId }) =>
    services.listServicesFor(actor, customerId),
  ),
  "services/commands.registerService": row("service.register", "not_found", (actor, { customerId }) =>
    serviceCommands.registerService(actor, {
      name: "New service",
      baseUrl: "http://127.0.0.1:9",
      token: "0123456789abcdef0123",
      customerId,
    }),
  ),
  "services/commands.checkService": row("service.read", "not_found", serviceCommands.checkService),
  "services/commands.removeService": row("service.remove", "not_found", (actor, { serviceId, serviceName }) =>
    serviceCommands.removeService(actor, { serviceId, confirm: serviceName }),
  ),
};
