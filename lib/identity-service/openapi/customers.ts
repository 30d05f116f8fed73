import { ChangeConnection, CreateConnection } from "../connections/commands.ts";
import { ActivateRevision, ReturnToRevision } from "../connections/revisions/activate.ts";
import { ByWhom, ChangeRevision } from "../connections/revisions/draft.ts";
import { CreateRoleMapping } from "../directories/role-mappings.ts";
import { ActivateRoles, DraftRoles } from "../directories/role-plans.ts";
import { ChangeDirectory, CreateDirectory } from "../directories/settings.ts";
import { ProbeDirectory, ProbeSignIn } from "../ldap/probe.ts";
import { RequestSync } from "../ldap/sync/configure.ts";
import { RotateToken } from "../management/directories.ts";
import { AddDomain } from "../management/domains.ts";
import { InspectIssuer, InspectMetadata } from "../management/inspection.ts";
import { ReadTicket } from "../management/portal-tickets.ts";
import { ReplayCaptured } from "../management/revisions.ts";
import { allOf, listOf, made, NOTHING, type Operations, one } from "./operation.ts";

/** How customers' people get in: connections and directories. */
export const CUSTOMER_OPERATIONS: Operations = {
  "POST /environments/{env}/connections": {
    summary: "Makes a connection, as a draft unless said otherwise.",
    body: CreateConnection,
    answer: made("connection"),
  },
  "GET /environments/{env}/connections": {
    summary: "Lists connections.",
    query: ["connection_type", "organization_id", "domain", "search"],
    answer: listOf("connection"),
  },
  "GET /environments/{env}/connections/{id}": {
    summary: "Shows how a connection is set up and how it is doing; never its secrets.",
    answer: one("connection"),
  },
  "PATCH /environments/{env}/connections/{id}": {
    summary: "Changes a connection.",
    body: ChangeConnection,
    answer: one("connection"),
  },
  "DELETE /environments/{env}/connections/{id}": { summary: "Removes a connection.", answer: NOTHING },
  "POST /environments/{env}/connections/{id}/test_sign_ins": {
    summary: "Makes a link to try a connection with: good for one visit.",
    answer: made("test_sign_in"),
  },
  "GET /environments/{env}/connections/{id}/test_sign_ins/{test}": {
    summary: "Shows what became of a trial.",
    answer: one("test_sign_in"),
  },
  "GET /environments/{env}/connections/{id}/revisions": {
    summary: "Lists what a connection's settings were, are, and are to be; never secrets.",
    answer: listOf("connection_revision"),
  },
  "POST /environments/{env}/connections/{id}/revisions": {
    summary: "Begins a draft: the settings that are active, with this change. There is at most one.",
    body: ChangeRevision,
    answer: made("connection_revision"),
  },
  "POST /environments/{env}/connections/{id}/revisions/return": {
    summary: "Activates the settings of the revision before, or of an earlier one, as a new revision.",
    body: ReturnToRevision,
    answer: made("connection_revision"),
  },
  "GET /environments/{env}/connections/{id}/revisions/{revision}": {
    summary: "Shows one revision, by its number or its id.",
    answer: one("connection_revision"),
  },
  "PATCH /environments/{env}/connections/{id}/revisions/{revision}": {
    summary: "Changes a draft. A test of what it was before counts no more.",
    body: ChangeRevision,
    answer: one("connection_revision"),
  },
  "POST /environments/{env}/connections/{id}/revisions/{revision}/discard": {
    summary: "Gives a draft up. It stays in the history.",
    body: ByWhom,
    answer: one("connection_revision"),
  },
  "POST /environments/{env}/connections/{id}/revisions/{revision}/activate": {
    summary: "Has people sign in by a draft that passed a test, or for a reason that is given.",
    body: ActivateRevision,
    answer: one("connection_revision"),
  },
  "POST /environments/{env}/connections/{id}/revisions/{revision}/test_sign_ins": {
    summary:
      "Makes a link to try a revision with: good for one visit. Nobody else's sign-in is any different.",
    answer: made("test_sign_in"),
  },
  "POST /environments/{env}/connections/{id}/revisions/{revision}/replays": {
    summary: "Tries the answer that was captured in a test against a revision; signs nobody in.",
    body: ReplayCaptured,
    answer: one("sign_in_replay"),
  },
  "GET /environments/{env}/connections/{id}/traces": {
    summary: "Lists sign-ins through a connection, and what was checked in each.",
    query: ["purpose"],
    answer: listOf("sign_in_trace"),
  },
  "POST /environments/{env}/portal_tickets/read": {
    summary: "Reads the token of a portal link for the console that the link leads on to; uses nothing up.",
    body: ReadTicket,
    answer: one(null),
  },
  "POST /metadata/inspect": {
    summary: "Shows what was understood of an identity provider's metadata; keeps nothing.",
    body: InspectMetadata,
    answer: one("metadata_inspection"),
  },
  "POST /oidc/inspect": {
    summary: "Shows what an OpenID provider says of itself, and what stands in the way; keeps nothing.",
    body: InspectIssuer,
    answer: one("issuer_inspection"),
  },

  "GET /environments/{env}/sign_ins/hours": {
    summary: "Counts the sign-ins of the last day, hour by hour. Hours without any are left out.",
    query: ["organization_id"],
    answer: allOf("sign_in_hour"),
  },
  "GET /environments/{env}/sign_ins/failures": {
    summary: "Lists the sign-ins that failed in the last day, and what was checked in each.",
    query: ["organization_id"],
    answer: listOf("sign_in_trace"),
  },

  "GET /environments/{env}/organization_domains": {
    summary:
      "Lists the domains of organizations, how each is proven, and what was found when it was last looked for.",
    query: ["organization_id", "state", "search"],
    answer: listOf("organization_domain"),
  },
  "POST /environments/{env}/organization_domains": {
    summary: "Adds a domain to an organization. It waits for its record.",
    body: AddDomain,
    answer: made("organization_domain"),
  },
  "GET /environments/{env}/organization_domains/{id}": {
    summary: "Shows a domain, the record that proves it, and what was found when it was last looked for.",
    answer: one("organization_domain"),
  },
  "POST /environments/{env}/organization_domains/{id}/check": {
    summary: "Looks for the record now. A domain that is verified stays so, whatever is found.",
    answer: one("organization_domain"),
  },
  "POST /environments/{env}/organization_domains/{id}/verify_by_hand": {
    summary: "Takes a domain as verified without its record, on the word of whoever asks.",
    answer: one("organization_domain"),
  },
  "DELETE /environments/{env}/organization_domains/{id}": {
    summary: "Takes a domain away from its organization.",
    answer: NOTHING,
  },

  "POST /environments/{env}/directories": {
    summary: "Makes a directory. The value of its token is shown in this answer only.",
    body: CreateDirectory,
    answer: made("directory"),
  },
  "GET /environments/{env}/directories": {
    summary: "Lists directories.",
    query: ["organization_id", "domain", "search"],
    answer: listOf("directory"),
  },
  "GET /environments/{env}/directories/{id}": {
    summary: "Shows how a directory is set up and how it is doing.",
    answer: one("directory"),
  },
  "PATCH /environments/{env}/directories/{id}": {
    summary: "Changes a directory.",
    body: ChangeDirectory,
    answer: one("directory"),
  },
  "DELETE /environments/{env}/directories/{id}": { summary: "Removes a directory.", answer: NOTHING },
  "POST /environments/{env}/directories/{id}/tokens": {
    summary: "Adds a token. Its value is shown in this answer only.",
    answer: made("directory_token"),
  },
  "POST /environments/{env}/directories/{id}/tokens/rotate": {
    summary: "Makes a new token; those before it stay good for the overlap.",
    body: RotateToken,
    answer: made("directory_token"),
  },
  "DELETE /environments/{env}/directories/{id}/tokens/{token}": {
    summary: "Revokes a token.",
    answer: NOTHING,
  },
  "GET /environments/{env}/directories/{id}/sync": {
    summary: "Shows how far reading an LDAP directory has come.",
    answer: one("directory_sync"),
  },
  "POST /environments/{env}/directories/{id}/sync": {
    summary: "Has an LDAP directory read now.",
    body: RequestSync,
    answer: one("directory_sync", 202),
  },
  "POST /environments/{env}/directories/{id}/test": {
    summary: "Tries to reach an LDAP directory and to read a few of its people. Nothing is kept.",
    answer: one("directory_test"),
  },
  "POST /environments/{env}/ldap_probes/sign_in": {
    summary: "Tries a directory server for signing in as it is described, step by step. Nothing is kept.",
    body: ProbeSignIn,
    answer: one("ldap_probe"),
  },
  "POST /environments/{env}/ldap_probes/directory": {
    summary: "Tries a directory server to be read as it is described, step by step. Nothing is kept.",
    body: ProbeDirectory,
    answer: one("ldap_probe"),
  },
  "POST /environments/{env}/directories/{id}/role_mappings": {
    summary: "Gives the people of a group a role.",
    body: CreateRoleMapping,
    answer: made("directory_role_mapping"),
  },
  "GET /environments/{env}/directories/{id}/role_mappings": {
    summary: "Lists which groups bring which roles.",
    answer: listOf("directory_role_mapping"),
  },
  "DELETE /environments/{env}/directories/{id}/role_mappings/{mapping}": {
    summary: "Removes a role mapping.",
    answer: NOTHING,
  },
  "GET /environments/{env}/directories/{id}/people": {
    summary: "Shows a numbered page of a directory's people, sorted and searched.",
    query: ["page", "sort", "search", "state", "group_id", "role_slug"],
    answer: listOf("directory_person"),
  },
  "GET /environments/{env}/directories/{id}/groups": {
    summary:
      "Shows a numbered page of a directory's groups, with how many are in each and the roles it gives.",
    query: ["page", "sort", "search"],
    answer: listOf("directory_group_summary"),
  },
  "GET /environments/{env}/directories/{id}/arrivals": {
    summary:
      "Shows who and what has come into a directory, newest first, how many there are, and what was refused.",
    query: ["after", "limit"],
    answer: one("directory_arrivals"),
  },
  "GET /environments/{env}/directories/{id}/role_plan": {
    summary: "Shows which groups give which roles, the draft of other ones, and those from before.",
    answer: one("directory_role_plan"),
  },
  "PUT /environments/{env}/directories/{id}/role_plan/draft": {
    summary: "Prepares which groups give which roles, the most important first. Nobody's role changes.",
    body: DraftRoles,
    answer: one("directory_role_plan"),
  },
  "DELETE /environments/{env}/directories/{id}/role_plan/draft": {
    summary: "Discards the draft.",
    answer: NOTHING,
  },
  "GET /environments/{env}/directories/{id}/role_plan/preview": {
    summary: "Shows how many would have each role, were the draft in force.",
    answer: one("directory_role_preview"),
  },
  "GET /environments/{env}/directories/{id}/role_plan/preview/people": {
    summary:
      "Shows a numbered page of people with the roles they have and those that the draft would give them.",
    query: ["page", "sort", "search", "change", "role_slug"],
    answer: listOf("directory_role_outcome"),
  },
  "POST /environments/{env}/directories/{id}/role_plan/activate": {
    summary: "Switches on the draft that was looked at.",
    body: ActivateRoles,
    answer: one("directory_role_plan"),
  },
  "POST /environments/{env}/directories/{id}/role_plan/return": {
    summary: "Puts back in force which groups gave which roles before.",
    answer: one("directory_role_plan"),
  },
};
