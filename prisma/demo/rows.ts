import type { Prisma } from "#lib/platform/prisma/client.ts";
import type { DemoCrossing } from "./crossings.ts";

/** The rows of a fleet, table by table, in the order in which they may be written. */
export interface FleetRows {
  people: Prisma.PersonCreateManyInput[];
  totpFactors: Prisma.TotpFactorCreateManyInput[];
  invitations: Prisma.InvitationCreateManyInput[];
  ssoProviders: Prisma.SsoProviderCreateManyInput[];
  customers: Prisma.CustomerCreateManyInput[];
  personScopes: Prisma.PersonScopeCreateManyInput[];
  addressSets: Prisma.AddressSetCreateManyInput[];
  addressSetVersions: Prisma.AddressSetVersionCreateManyInput[];
  bundleIssuers: Prisma.BundleIssuerCreateManyInput[];
  bundleKeys: Prisma.BundleKeyCreateManyInput[];
  bundleTrusts: Prisma.BundleTrustCreateManyInput[];
  bundles: Prisma.BundleCreateManyInput[];
  bundleEntries: Prisma.BundleEntryCreateManyInput[];
  deployments: Prisma.DeploymentCreateManyInput[];
  identityServices: Prisma.IdentityServiceCreateManyInput[];
  environments: Prisma.EnvironmentCreateManyInput[];
  apiKeys: Prisma.ApiKeyCreateManyInput[];
  redirectUris: Prisma.RedirectUriCreateManyInput[];
  connections: Prisma.ConnectionCreateManyInput[];
  directories: Prisma.DirectoryCreateManyInput[];
  domains: Prisma.DomainCreateManyInput[];
  setupLinks: Prisma.SetupLinkCreateManyInput[];
  allowlistRules: Prisma.AllowlistRuleCreateManyInput[];
  deploymentCapabilities: Prisma.DeploymentCapabilityCreateManyInput[];
  allowlistAssertions: Prisma.AllowlistAssertionCreateManyInput[];
  deploymentAddressSets: Prisma.DeploymentAddressSetCreateManyInput[];
  servedLists: Prisma.ServedListCreateManyInput[];
  allowlistExports: Prisma.AllowlistExportCreateManyInput[];
  changeRequests: Prisma.ChangeRequestCreateManyInput[];
  changeApprovals: Prisma.ChangeApprovalCreateManyInput[];
  changeComments: Prisma.ChangeCommentCreateManyInput[];
  doctorReports: Prisma.DoctorReportCreateManyInput[];
  redirectUriProofs: Prisma.RedirectUriProofCreateManyInput[];
  gateways: Prisma.GatewayCreateManyInput[];
  gatewayClients: Prisma.GatewayClientCreateManyInput[];
  gatewaySources: Prisma.GatewaySourceCreateManyInput[];
  relayEndpoints: Prisma.RelayEndpointCreateManyInput[];
  gatewayIntakes: Prisma.GatewayIntakeCreateManyInput[];
  gatewayStreams: Prisma.GatewayStreamCreateManyInput[];
  gatewayFolders: Prisma.GatewayFolderCreateManyInput[];
  gatewayErrands: Prisma.GatewayErrandCreateManyInput[];
  gatewayGaps: Prisma.GatewayGapCreateManyInput[];
  gatewayProcesses: Prisma.GatewayProcessCreateManyInput[];
  operations: Prisma.OperationCreateManyInput[];
  auditEvents: Prisma.AuditEventCreateManyInput[];
  crossings: DemoCrossing[];
}

export function noRows(): FleetRows {
  return {
    people: [],
    totpFactors: [],
    invitations: [],
    ssoProviders: [],
    customers: [],
    personScopes: [],
    addressSets: [],
    addressSetVersions: [],
    bundleIssuers: [],
    bundleKeys: [],
    bundleTrusts: [],
    bundles: [],
    bundleEntries: [],
    deployments: [],
    identityServices: [],
    environments: [],
    apiKeys: [],
    redirectUris: [],
    connections: [],
    directories: [],
    domains: [],
    setupLinks: [],
    allowlistRules: [],
    deploymentCapabilities: [],
    allowlistAssertions: [],
    deploymentAddressSets: [],
    servedLists: [],
    allowlistExports: [],
    changeRequests: [],
    changeApprovals: [],
    changeComments: [],
    doctorReports: [],
    redirectUriProofs: [],
    gateways: [],
    gatewayClients: [],
    gatewaySources: [],
    relayEndpoints: [],
    gatewayIntakes: [],
    gatewayStreams: [],
    gatewayFolders: [],
    gatewayErrands: [],
    gatewayGaps: [],
    gatewayProcesses: [],
    operations: [],
    auditEvents: [],
    crossings: [],
  };
}

/**
 * The rows of what is being drawn: they stand at the end, for one deployment is drawn after the other. Looking through
 * all there are for each of ten thousand would take minutes.
 */
export function drawnLast<Row>(rows: readonly Row[], isIts: (row: Row) => boolean): Row[] {
  return rows.slice(rows.findLastIndex((row) => !isIts(row)) + 1);
}
