import { AppError, type ErrorKind } from "./errors.ts";

/**
 * What commands refuse with, as it is said in English. Whoever sees it in another language finds it by its code: the
 * portal has each of these in every language that it speaks (`lib/portal/texts/<language>/refusals.json`).
 */
export const REFUSALS = {
  link_not_for_this: "This set-up link is not for this. Ask whoever sent it for one that is.",
  link_ended: "This link is no longer open: it was ended before.",
  links_at_workos: "Links of this environment are made by WorkOS, not by this console.",
  too_many_attempts: "Too many attempts. Wait a few minutes, then try again.",

  no_such_connection: "There is no such connection.",
  no_such_deployment: "There is no such deployment.",
  no_such_directory: "There is no such directory.",
  no_such_domain: "There is no such domain.",
  no_such_environment: "There is no such environment.",
  no_such_guide: "There is no such guide.",
  no_such_link: "There is no such set-up link.",
  no_such_report: "There is no such report.",

  demo: "The sites of a demo are made up: none of them answers.",
  nothing_to_compare: "There is nothing to compare: no change is waiting beside what is in use.",
  environment_not_ready: "This environment is not ready yet. See its pending operations.",
  busy: "It is being carried out already.",
  action_failed:
    "This did not work. Look at what is there before you try again, and quote {reference} to support.",
  look_again: "Some fields need another look.",
  given_up:
    "{reason} It is not tried again by itself. Should it have arrived all the same, it shows here: look before you try again.",
  unforeseen: "This did not work. Quote {reference} to support.",

  at_workos: "{why}",
  connections_by_link: "Connections of this environment are made through a set-up link.",
  connections_in_workos_portal: "Connections of this environment are set up through WorkOS's own portal.",
  directories_by_link: "Directories of this environment are made through a set-up link.",
  roles_in_workos: "Roles from the groups of this environment's directories are set in WorkOS.",
  no_directory_servers: "Directory servers cannot be connected to this environment.",

  organization_known: "There is an organization of this name already.",
  metadata_unusable: "This metadata could not be used.",
  metadata_finding: "{message} {mend}",
  metadata_unreadable: "Nothing could be read of this metadata.",
  metadata_of_another: "This is the metadata of another identity provider than {inUse}.",
  no_certificate: "This is not a certificate.",
  no_certificate_pem: "This is no certificate in PEM. It begins with -----BEGIN CERTIFICATE-----.",
  nothing_to_activate: "There is no draft to activate.",
  nothing_to_return_to: "There is no revision from before to return to.",
  untested: "No test of exactly these settings has passed.",
  more_than_certificates: "The draft changes more than certificates.",
  retype_connection: "Type the name of the connection to delete it.",

  token_shown: "This token was shown already. Rotate it to get another.",
  retype_directory: "Type the name of the directory to delete it.",

  domain_verified: "This domain is verified already.",
  domain_known: "This organization has this domain already.",
  domain_taken:
    "An organization of this environment has this domain already: a domain belongs to one organization.",
  domain_taken_by:
    "“{holder}” has this domain in this environment. Remove it there first: a domain belongs to one organization.",
  retype_domain: "Type the domain to remove it.",

  format_unknown: "Choose a format: {formats}.",
  doctor_not_made:
    "The doctor was not made on this machine. `npm start` makes it; or run node lib/cli/bundle-doctor.ts.",
  report_unreadable: "{problem}",
  report_of_another: "This report is about another deployment: {name}. Open it there.",
  report_known: "This report is here already.",
  too_slow: "It took too long.",

  foreign_connection: "This environment tells of a connection that belongs to another environment.",
  foreign_directory: "This environment tells of a directory that belongs to another environment.",
  foreign_domain: "This environment tells of a domain that belongs to another environment.",

  upstream_key: "{upstream} does not accept our key. It may be expired or revoked; replace it.",
  upstream_forbids: "{upstream} does not allow this with our key.{quote}",
  upstream_unknown: "{upstream} does not know this object. It may have been removed there.",
  upstream_busy: "{upstream} is still busy with the first try.",
  upstream_conflict: "{upstream} already has this, or it is still in use.{quote}",
  upstream_slow: "{upstream} took too long to answer.",
  upstream_throttles: "{upstream} asks us to slow down. Try again in a minute.",
  upstream_throttles_seconds: "{upstream} asks us to slow down. Try again in {seconds} seconds.",
  upstream_throttles_minutes: "{upstream} asks us to slow down. Try again in {minutes} minutes.",
  upstream_refused: "{upstream} refused this.{quote}",
  upstream_failing: "{upstream} has a problem of its own (status {status}). Try again in a while.",
  upstream_status: "{upstream} gave an answer we do not understand (status {status}).",
  upstream_strange: "{upstream} gave an answer we do not understand. Is its version too old or too new?",

  unreached: "{upstream} could not be reached: the connection failed.",
  unreached_name:
    "{upstream} could not be reached: its host name is not known here. Check the address and this network's DNS.",
  unreached_dns:
    "{upstream} could not be reached: its host name could not be looked up. Check this network's DNS.",
  unreached_refused: "{upstream} could not be reached: nothing listens at its address. Is it running?",
  unreached_cut:
    "{upstream} could not be reached: it broke off the connection. A firewall on the way may do that.",
  unreached_host: "{upstream} could not be reached: its host cannot be reached from here.",
  unreached_network: "{upstream} could not be reached: its network cannot be reached from here.",
  unreached_expired: "{upstream} could not be reached: its TLS certificate has expired.",
  unreached_untrusted:
    "{upstream} could not be reached: its TLS certificate is not signed by an authority this console trusts.",
  unreached_other_name: "{upstream} could not be reached: its TLS certificate is for another host name.",
  unreached_large:
    "{upstream} could not be reached: its answer is larger than 2 MB, which no answer of such a service is.",
  unreached_slow: "{upstream} could not be reached: it took too long to answer.",

  service_moved:
    "The service at {baseUrl} says that its address is {said}. Register it under that address, or correct the service's own setting.",
  service_other_key:
    "The host at {baseUrl} is not the service that was registered: it shows another key. Nothing was sent to it. If the service was set up anew, remove it here and register it again.",
  service_no_proof:
    "The host at {baseUrl} is not the service that was registered: its signature does not hold. Nothing was sent to it. If the service was set up anew, remove it here and register it again.",

  export_pending: "{upstream} is still putting the export together. Try again in a few minutes.",
  export_failed: "{upstream} could not make the export.",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Facts<Code extends RefusalCode> = Record<Names<(typeof REFUSALS)[Code]>, string | number>;
type More = { fields?: Record<string, string>; cause?: unknown };
type Rest<Code extends RefusalCode> = [Names<(typeof REFUSALS)[Code]>] extends [never]
  ? [facts?: Record<string, never>, more?: More]
  : [facts: Facts<Code> & Record<string, string | number>, more?: More];

/** The sentence of a code in English. What `facts` holds beyond it is for other languages. */
export function sentenceOf<Code extends RefusalCode>(code: Code, facts: Facts<Code>): string {
  const known: Record<string, string | number> = facts;
  return REFUSALS[code].replace(/\{(\w+)\}/g, (hole, name: string) => String(known[name] ?? hole));
}

/** An `AppError` that every language has words for. */
export function declined<Code extends RefusalCode>(
  kind: ErrorKind,
  code: Code,
  ...[given, { fields = {}, cause } = {}]: Rest<Code>
): AppError {
  const facts = (given ?? {}) as Facts<Code>;
  return new AppError(kind, sentenceOf(code, facts), fields, { cause, said: { code, facts } });
}

/** The same beside a field of the form, whose own value it is about. */
export function declinedField<Code extends RefusalCode>(
  field: string,
  kind: ErrorKind,
  code: Code,
  ...[given]: Rest<Code>
): AppError {
  const facts = (given ?? {}) as Facts<Code>;
  const message = sentenceOf(code, facts);
  return new AppError(kind, message, { [field]: message }, { said: { code, facts } });
}
