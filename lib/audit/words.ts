import type { AuditAction } from "./schema.ts";

/** One event, as far as its sentence needs it. */
export interface ToldEvent {
  action: string;
  actorName: string;
  targetType: string;
  targetId: string;
  targetName: string;
  detail: unknown;
}

/** What an action does, said of somebody: "{actor} created {target}". `label` names it in a filter. */
interface Words {
  label: string;
  said: string | ((event: ToldEvent) => string);
}

const fact = ({ detail }: ToldEvent, name: string): string => {
  const value =
    typeof detail === "object" && detail !== null ? (detail as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};

/**
 * For what a set-up link asks of a site: that is on record before the site answers, and what it answered after. What stands
 * there without an outcome was written down with an errand, which has a record of its own.
 */
const asked =
  (done: string, what: string) =>
  (event: ToldEvent): string => {
    switch (fact(event, "outcome")) {
      case "asked":
        return `asked for ${what}`;
      case "refused":
        return `was refused ${what}`;
      case "unanswered":
        return `had no answer about ${what}`;
      default:
        return done;
    }
  };

const BROUGHT: Readonly<Record<string, string>> = {
  refused: "brought what the gates refused for",
  unchanged: "found unchanged",
};

/** Every action has its words: one that is added without them does not compile. */
const WORDS: Record<AuditAction, Words> = {
  "customer.create": { label: "Customer created", said: "created the customer {target}" },
  "customer.change": { label: "Customer changed", said: "changed the customer {target}" },
  "customer.archive": { label: "Customer archived", said: "archived the customer {target}" },
  "customer.restore": { label: "Customer restored", said: "restored the customer {target}" },
  "deployment.create": { label: "Deployment created", said: "created the deployment {target}" },
  "deployment.change": { label: "Deployment changed", said: "changed the deployment {target}" },
  "deployment.archive": { label: "Deployment archived", said: "archived the deployment {target}" },
  "deployment.restore": { label: "Deployment restored", said: "restored the deployment {target}" },
  "environment.create": { label: "Environment created", said: "created the environment {target}" },
  "environment.change": { label: "Environment changed", said: "changed the environment {target}" },
  "environment.remove": { label: "Environment removed", said: "removed the environment {target}" },
  "api_key.create": { label: "API key created", said: "created the API key {target}" },
  "api_key.rotate": { label: "API key rotated", said: "rotated the API key {target}" },
  "api_key.revoke": { label: "API key revoked", said: "revoked the API key {target}" },
  "redirect_uri.change": { label: "Redirect URIs changed", said: "changed the redirect URIs of {target}" },
  "connection.create": {
    label: "Connection created",
    said: asked("created the connection {target}", "the connection {target}"),
  },
  "connection.change": { label: "Connection changed", said: "changed the connection {target}" },
  "connection.test": {
    label: "Connection tested",
    said: asked("began a test sign-in through {target}", "a test sign-in through {target}"),
  },
  "connection.draft": {
    label: "Connection drafted",
    said: asked("drafted a change of the connection {target}", "a draft of the connection {target}"),
  },
  "connection.keep_draft": {
    label: "Connection draft kept",
    said: "kept the draft of the connection {target} over a newer revision",
  },
  "connection.discard_draft": {
    label: "Connection draft discarded",
    said: "discarded the draft of the connection {target}",
  },
  "connection.activate": {
    label: "Connection revision activated",
    said: asked(
      "activated the draft of the connection {target}",
      "the activation of the draft of the connection {target}",
    ),
  },
  "connection.return": {
    label: "Connection revision brought back",
    said: asked(
      "brought back an earlier revision of the connection {target}",
      "the return to an earlier revision of the connection {target}",
    ),
  },
  "connection.remove": { label: "Connection removed", said: "removed the connection {target}" },
  "directory.create": {
    label: "Directory created",
    said: asked("created the directory {target}", "the directory {target}"),
  },
  "directory.change": {
    label: "Directory changed",
    said: asked("changed the directory {target}", "a change of the directory {target}"),
  },
  "directory.sync": {
    label: "Directory sync asked for",
    said: asked("had the directory {target} read", "a reading of the directory {target}"),
  },
  "directory.test": {
    label: "Directory tested",
    said: asked("tested the directory {target}", "a test of the directory {target}"),
  },
  "directory.rotate_token": {
    label: "Directory token rotated",
    said: asked("rotated the token of the directory {target}", "a new token of the directory {target}"),
  },
  "directory.draft_roles": {
    label: "Directory roles prepared",
    said: asked(
      "prepared which groups of {target} give which roles",
      "a draft of which groups of {target} give which roles",
    ),
  },
  "directory.activate_roles": {
    label: "Directory roles switched on",
    said: asked(
      "switched on which groups of {target} give which roles",
      "the switching on of which groups of {target} give which roles",
    ),
  },
  "directory.return_roles": {
    label: "Directory roles put back",
    said: asked(
      "put back which groups of {target} gave which roles before",
      "the return to which groups of {target} gave which roles before",
    ),
  },
  "directory.remove": { label: "Directory removed", said: "removed the directory {target}" },
  "setup_link.create": { label: "Set-up link made", said: "made a set-up link for {target}" },
  "setup_link.revoke": { label: "Set-up link revoked", said: "revoked the set-up link for {target}" },
  "setup_link.open": { label: "Set-up link opened", said: "was opened" },
  "setup_link.refuse": {
    label: "Set-up link refused",
    said: (event) => `was refused to another browser${fact(event, "why") ? ` (${fact(event, "why")})` : ""}`,
  },
  "setup_link.step": {
    label: "Set-up step done",
    said: (event) => `finished the step “${fact(event, "step")}” for {target}`,
  },
  "setup_link.finish": { label: "Set-up finished", said: "finished the set-up of {target}" },
  "domain.add": { label: "Domain added", said: "added the domain {target}" },
  "domain.check": {
    label: "Domain looked for",
    said: asked(
      "had the record of the domain {target} looked for",
      "a look for the record of the domain {target}",
    ),
  },
  "domain.verify_by_hand": {
    label: "Domain verified by hand",
    said: "verified the domain {target} by hand",
  },
  "domain.remove": { label: "Domain removed", said: "removed the domain {target}" },
  "message.reveal": { label: "Message read", said: "read the message to {target}" },
  "message.deliver": { label: "Message delivered", said: "delivered the message to {target} by hand" },
  "message.send_again": { label: "Message sent again", said: "had the message to {target} sent again" },
  "message.discard": { label: "Message discarded", said: "discarded the message to {target}" },
  "doctor.download": { label: "Doctor taken", said: "took the doctor for {target}" },
  "doctor.upload": { label: "Doctor's report brought", said: "brought the doctor's report of {target}" },
  "allowlist.apply_pack": {
    label: "Rule pack applied",
    said: (event) => `applied the rule pack “${fact(event, "packName") || fact(event, "pack")}” to {target}`,
  },
  "allowlist.add_rule": { label: "Rule added", said: "opened {target}" },
  "allowlist.change_rule": { label: "Rule changed", said: "changed the rule {target}" },
  "allowlist.expire_rule": { label: "Rule closed", said: "closed {target}" },
  "allowlist.retire_rule": { label: "Rule retired", said: "retired the rule {target}" },
  "change_request.draft": { label: "Change drafted", said: "drafted change request {target}" },
  "change_request.simulate": { label: "Change simulated", said: "simulated change request {target}" },
  "change_request.propose": { label: "Change proposed", said: "proposed change request {target}" },
  "change_request.withdraw": { label: "Change withdrawn", said: "withdrew change request {target}" },
  "change_request.approve": { label: "Change approved", said: "approved change request {target}" },
  "change_request.record_consent": {
    label: "Consent recorded",
    said: "recorded the customer's consent to change request {target}",
  },
  "change_request.refuse": { label: "Change refused", said: "refused change request {target}" },
  "change_request.comment": { label: "Change commented on", said: "commented on change request {target}" },
  "change_request.apply": { label: "Change applied", said: "applied change request {target}" },
  "change_request.verify": { label: "Change verified", said: "verified change request {target} on site" },
  "change_request.close": { label: "Change closed", said: "closed change request {target}" },
  "change_request.start_bulk": {
    label: "Change asked for at many deployments",
    said: "asked for {target} at many deployments",
  },
  "change_request.pause_bulk": { label: "Requests paused", said: "paused the requests for {target}" },
  "change_request.resume_bulk": { label: "Requests resumed", said: "resumed the requests for {target}" },
  "change_request.finish_bulk": { label: "Requests made", said: "made the requests for {target}" },
  "change_request.roll_back": {
    label: "Way back drafted",
    said: "drafted the way back of change request {target}",
  },
  "change_request.remind": { label: "Change waits", said: "reminded of change request {target}" },
  "change_request.expire": { label: "Change expired", said: "saw the time of change request {target} end" },
  "allowlist.add_capability": {
    label: "Capability added",
    said: (event) => `gave {target} the capability “${fact(event, "capabilityName")}”`,
  },
  "allowlist.change_capability": {
    label: "Capability changed",
    said: (event) => `changed the capability “${fact(event, "capabilityName")}” of {target}`,
  },
  "allowlist.remove_capability": {
    label: "Capability removed",
    said: (event) => `took the capability “${fact(event, "capabilityName")}” from {target}`,
  },
  "allowlist.add_assertion": { label: "Assertion added", said: "put down what has to hold: {target}" },
  "allowlist.retire_assertion": { label: "Assertion retired", said: "gave up what had to hold: {target}" },
  "allowlist.rule_expired": { label: "Rule expired", said: "saw the rule {target} expire" },
  "allowlist.export": {
    label: "Allowlist exported",
    said: (event) => `exported the allowlist of {target} as ${fact(event, "format") || "a file"}`,
  },
  "address_set.create": { label: "Address set made", said: "made the address set {target}" },
  "address_set.change": { label: "Address set changed", said: "changed the address set {target}" },
  "address_set.archive": { label: "Address set archived", said: "archived the address set {target}" },
  "address_set.restore": { label: "Address set restored", said: "restored the address set {target}" },
  "address_set.propose": {
    label: "Address set version brought",
    said: (event) => `${BROUGHT[fact(event, "outcome")] ?? "brought a version of"} the address set {target}`,
  },
  "address_set.accept": {
    label: "Address set version accepted",
    said: "accepted a version of the address set {target}",
  },
  "address_set.refuse": {
    label: "Address set version refused",
    said: "refused a version of the address set {target}",
  },
  "address_set.withdraw": {
    label: "Address set version withdrawn",
    said: "withdrew a version of the address set {target}",
  },
  "bundle.make": { label: "Bundle made", said: "made the bundle {target}" },
  "bundle.download": { label: "Bundle downloaded", said: "downloaded the bundle {target}" },
  "bundle.take": { label: "Bundle taken in", said: "took in the bundle {target}" },
  "bundle_key.make": { label: "Key of bundles made", said: "made the key {target}, which signs bundles" },
  "bundle_key.retire": { label: "Key of bundles retired", said: "retired the key {target} of bundles" },
  "bundle_trust.add": { label: "Console trusted", said: "trusted the key of the console {target}" },
  "bundle_trust.revoke": { label: "Trusted key revoked", said: "revoked the key of the console {target}" },
  "served_list.create": { label: "Served list made", said: "put the list {target} at a URL" },
  "served_list.revoke": { label: "Served list revoked", said: "revoked the URL of the list {target}" },
  "crossing.export": {
    label: "Crossings exported",
    said: (event) => `exported the crossings of {target} as ${fact(event, "format") || "a file"}`,
  },
  "crossing_view.keep": { label: "View kept", said: "kept the view {target} of the crossings" },
  "crossing_view.remove": { label: "View removed", said: "removed their view {target} of the crossings" },
  "gateway.create": { label: "Gateway made", said: "made the gateway of {target}" },
  "gateway.change": { label: "Gateway changed", said: "changed the settings of the gateway of {target}" },
  "gateway.rotate_token": {
    label: "Gateway's token rotated",
    said: "gave the gateway of {target} a new token",
  },
  "gateway.take_configuration": {
    label: "Gateway's configuration taken",
    said: "took away the configuration of the gateway of {target} as a file",
  },
  "gateway.remove": { label: "Gateway removed", said: "removed the gateway of {target}" },
  "gateway.first_report": {
    label: "Gateway reported first",
    said: "reported for the first time, for {target}",
  },
  "gateway.report_gap": {
    label: "Gap in events",
    said: (event) => `reported that ${fact(event, "count") || "some"} events are missing at {target}`,
  },
  "gateway.finish_errand": {
    label: "Errand finished",
    said: (event) =>
      fact(event, "result") === "done"
        ? "did what it was asked to do once, at {target}"
        : "could not do what it was asked to do once, at {target}",
  },
  "gateway_client.create": { label: "Proxy client added", said: "let {target} use a gateway's proxy" },
  "gateway_client.change": {
    label: "Proxy client changed",
    said: "changed how {target} is known to a gateway's proxy",
  },
  "gateway_client.rotate_token": {
    label: "Proxy client's token rotated",
    said: "gave the proxy client {target} a new token",
  },
  "gateway_client.revoke": {
    label: "Proxy client revoked",
    said: "ended the use of a gateway's proxy by {target}",
  },
  "gateway_source.create": {
    label: "Event source added",
    said: "had a gateway pull the events of {target}",
  },
  "gateway_source.change": {
    label: "Event source changed",
    said: "changed how the events of {target} are pulled",
  },
  "gateway_source.pull_again": {
    label: "Events pulled again",
    said: "had a range of the events of {target} pulled again",
  },
  "gateway_source.remove": {
    label: "Event source removed",
    said: "ended the pulling of events of {target}",
  },
  "relay_endpoint.create": { label: "Endpoint added", said: "added the endpoint {target}" },
  "relay_endpoint.change": { label: "Endpoint changed", said: "changed the endpoint {target}" },
  "relay_endpoint.rotate_secret": {
    label: "Endpoint's secret rotated",
    said: "gave the endpoint {target} a new secret",
  },
  "relay_endpoint.pause": { label: "Endpoint paused", said: "paused deliveries to {target}" },
  "relay_endpoint.resume": { label: "Endpoint resumed", said: "resumed deliveries to {target}" },
  "relay_endpoint.replay": {
    label: "Events delivered again",
    said: "had events delivered again to {target}",
  },
  "relay_endpoint.remove": { label: "Endpoint removed", said: "removed the endpoint {target}" },
  "gateway_stream.create": {
    label: "Follower of events added",
    said: "let {target} follow events from a gateway",
  },
  "gateway_stream.change": {
    label: "Follower of events changed",
    said: "changed what {target} follows of events",
  },
  "gateway_stream.rotate_token": {
    label: "Follower's token rotated",
    said: "gave the follower of events {target} a new token",
  },
  "gateway_stream.remove": {
    label: "Follower of events removed",
    said: "ended the following of events by {target}",
  },
  "gateway_folder.create": {
    label: "Folder of events added",
    said: "had a gateway put events into the folder of {target}",
  },
  "gateway_folder.change": { label: "Folder of events changed", said: "changed the folder of {target}" },
  "gateway_folder.remove": {
    label: "Folder of events removed",
    said: "ended the putting of events into the folder of {target}",
  },
  "gateway_intake.create": { label: "Intake path opened", said: "opened the intake path {target}" },
  "gateway_intake.change": {
    label: "Intake path changed",
    said: "changed what the intake path {target} takes",
  },
  "gateway_intake.rotate_secret": {
    label: "Intake secret rotated",
    said: "gave the intake path {target} a new secret",
  },
  "gateway_intake.remove": { label: "Intake path closed", said: "closed the intake path {target}" },
  "audit.export": {
    label: "Audit log exported",
    said: (event) => `exported the audit log of {target} as ${fact(event, "format") || "a file"}`,
  },
  "organization_log.export": {
    label: "Organization's audit log exported",
    said: asked(
      "exported the audit log of the organization {target}",
      "the audit log of the organization {target}",
    ),
  },
  "person.invite": { label: "Person invited", said: "invited {target}" },
  "person.change": { label: "Person changed", said: "changed what {target} may do" },
  "person.suspend": { label: "Person suspended", said: "suspended {target}" },
  "person.reactivate": { label: "Person reactivated", said: "let {target} in again" },
  "person.revoke_invitation": { label: "Invitation withdrawn", said: "withdrew the invitation of {target}" },
  "person.reset_sign_in": { label: "Sign-in reset", said: "reset how {target} signs in" },
  "person.accept_invitation": { label: "Invitation accepted", said: "accepted an invitation" },
  "person.change_name": { label: "Name changed", said: "changed their own name" },
  "person.set_password": { label: "Password set", said: "set a new password" },
  "person.enrol_totp": { label: "Second factor added", said: "added a second factor" },
  "person.remove_totp": { label: "Second factor removed", said: "removed the second factor" },
  "person.use_recovery_code": { label: "Recovery code used", said: "used a recovery code" },
  "person.renew_recovery_codes": { label: "Recovery codes renewed", said: "renewed the recovery codes" },
  "person.link_sso": {
    label: "SSO account linked",
    said: (event) => `linked their account of ${fact(event, "provider") || "an SSO provider"}`,
  },
  "sso_provider.add": { label: "SSO provider added", said: "added the SSO provider {target}" },
  "sso_provider.change": { label: "SSO provider changed", said: "changed the SSO provider {target}" },
  "sso_provider.enable": { label: "SSO provider switched on", said: "switched on the SSO provider {target}" },
  "sso_provider.disable": {
    label: "SSO provider switched off",
    said: "switched off the SSO provider {target}",
  },
  "sso_provider.remove": { label: "SSO provider removed", said: "removed the SSO provider {target}" },
  "session.sign_in": { label: "Signed in", said: "signed in" },
  "session.sign_in_refused": { label: "Sign-in refused", said: "was refused at sign-in" },
  "session.sign_out": { label: "Signed out", said: "signed out" },
  "session.revoke": { label: "Session ended", said: "ended a session of {target}" },
  "service.register": {
    label: "Identity service registered",
    said: "registered the identity service {target}",
  },
  "service.remove": { label: "Identity service removed", said: "removed the identity service {target}" },
  "settings.change": { label: "Settings changed", said: "changed the settings" },
  "operation.retry": { label: "Operation retried", said: "retried {target}" },
};

/** The actions a filter offers, by the words people know. */
export const AUDIT_ACTION_LABELS = (Object.keys(WORDS) as AuditAction[])
  .sort()
  .map((value) => ({ value, label: WORDS[value].label }))
  .sort((a, b) => a.label.localeCompare(b.label, "en"));

export function actionLabel(action: string): string {
  return isAuditAction(action) ? WORDS[action].label : action;
}

/**
 * The event as a sentence in three parts, so that a screen can set actor and target apart: "Operations desk", "created
 * the deployment", "Frankfurt".
 */
export function tellEvent(event: ToldEvent): {
  actor: string;
  before: string;
  target: string;
  after: string;
} {
  const said = isAuditAction(event.action) ? WORDS[event.action].said : `did ${event.action} to {target}`;
  const words = typeof said === "string" ? said : said(event);
  const [before = "", after] = words.split("{target}");
  const target = after === undefined ? "" : event.targetName || event.targetId;
  return { actor: event.actorName, before: before.trim(), target, after: (after ?? "").trim() };
}

/** The same in one line, for exports. */
export function eventSentence(event: ToldEvent): string {
  const { actor, before, target, after } = tellEvent(event);
  return `${[actor, before, target, after].filter(Boolean).join(" ")}.`;
}

function isAuditAction(action: string): action is AuditAction {
  return Object.hasOwn(WORDS, action);
}
