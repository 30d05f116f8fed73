import { readDocument } from "../inspection/document.ts";
import { fetchDocument } from "../inspection/fetch.ts";
import { sentenceOf } from "../inspection/finding.ts";
import { InspectionProblem } from "../inspection/problem.ts";
import type { Sealer } from "../keys/seal.ts";
import type { Endpoint, MetadataInspection } from "../saml/types.ts";
import { SamlInputError } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { invalid, refused } from "../wire/errors.ts";
import { type OidcInput, OidcSettings, type SamlInput, SamlSettings } from "./settings.ts";

/** What a SAML connection is to be, from what it was and what an administrator says now. */
export async function mergeSaml(service: Service, before: unknown, input: SamlInput): Promise<SamlSettings> {
  const { metadata_xml, idp_certificates, ...parts } = input;
  const xml = metadata_xml ?? (input.metadata_url ? await fetchMetadata(input.metadata_url) : undefined);
  const described = xml === undefined ? {} : fromMetadata(await inspect(service, xml), input.idp_entity_id);
  const certificates = idp_certificates ? { idp_certificates: await readCertificates(idp_certificates) } : {};
  return SamlSettings.parse({
    ...SamlSettings.parse(before ?? {}),
    ...described,
    ...withoutUndefined(parts),
    ...certificates,
  });
}

/** What an OIDC connection is to be. The client's secret is sealed at once, and bound to its connection. */
export function mergeOidc(
  sealer: Sealer,
  connectionId: string,
  before: unknown,
  input: OidcInput,
): OidcSettings {
  const { client_secret, ...parts } = input;
  const known = OidcSettings.parse(before ?? {});
  // A secret is for whom it was given: whoever may name another issuer here must not learn it that way.
  const moved = (["issuer", "token_endpoint"] as const).some(
    (part) => known[part] !== null && parts[part] !== undefined && parts[part] !== known[part],
  );
  if (moved && known.client_secret_sealed && !client_secret) throw secretNeeded();
  const secret = client_secret
    ? { client_secret_sealed: sealer.seal(client_secret, secretContext(connectionId)) }
    : {};
  return OidcSettings.parse({ ...known, ...withoutUndefined(parts), ...secret });
}

function secretNeeded() {
  const message = "Give the client secret again: the one that is kept was for another issuer.";
  return invalid([{ field: "oidc.client_secret", code: "required", message }], message);
}

export function secretContext(connectionId: string): string {
  return `connection:${connectionId}:client_secret`;
}

/** Says in a sentence what is still missing before people can sign in this way; null when nothing is. */
export function missingSaml(settings: SamlSettings | null): string | null {
  if (!settings?.idp_entity_id) return "The identity provider's entity id is missing.";
  if (!settings.idp_sso_url) return "The identity provider's sign-in address is missing.";
  return settings.idp_certificates.length === 0 ? "The identity provider's certificate is missing." : null;
}

export function missingOidc(settings: OidcSettings | null): string | null {
  if (!settings?.client_id) return "The client id that the identity provider gave is missing.";
  if (!settings.issuer) return "The identity provider's issuer is missing.";
  const byHand = [settings.authorization_endpoint, settings.token_endpoint, settings.jwks_uri];
  const given = byHand.filter((endpoint) => endpoint !== null).length;
  return given === 0 || given === byHand.length
    ? null
    : "Enter the authorization, token and JWKS addresses together, or none of them to have the issuer asked.";
}

/** @throws the 422 that says what is wrong with the document. */
async function inspect({ clock, env }: Service, xml: string): Promise<MetadataInspection> {
  const { inspectMetadata } = await import("../saml/metadata.ts");
  try {
    return inspectMetadata(xml, clock(), env.baseUrl);
  } catch (error) {
    throw asRefusal(error, "metadata_xml");
  }
}

/** The metadata at an address, as text. */
export async function fetchMetadata(address: string): Promise<string> {
  try {
    return readDocument((await fetchDocument(address)).body).text;
  } catch (error) {
    if (!(error instanceof InspectionProblem)) throw error;
    const message = `The metadata could not be fetched: ${sentenceOf(error.finding)}`;
    throw refused(400, message, "metadata_unreachable");
  }
}

/** Of several providers in one document, the one that was chosen by its entity id. */
function fromMetadata({ idps }: MetadataInspection, chosen: string | undefined) {
  const idp = idps.find(({ entityId }) => entityId === chosen) ?? idps[0];
  const signOn = usable(idp.singleSignOn);
  const logout = usable(idp.singleLogout);
  const signing = idp.certificates.filter(({ use }) => use !== "encryption");
  return {
    idp_entity_id: idp.entityId,
    idp_sso_url: signOn?.location ?? null,
    idp_sso_binding: signOn?.binding ?? "redirect",
    idp_slo_url: logout?.location ?? null,
    idp_slo_response_url: logout?.responseLocation ?? null,
    idp_slo_binding: logout?.binding ?? "redirect",
    idp_certificates: signing.map(({ pem }) => pem),
    ...(idp.wantsSignedRequests ? { sign_requests: true } : {}),
  };
}

/** Of several addresses the one that a browser can be sent to with the least. */
function usable(endpoints: readonly Endpoint[]): Endpoint | undefined {
  const by = (binding: string) => endpoints.find((endpoint) => endpoint.binding === binding);
  return by("redirect") ?? by("post");
}

async function readCertificates(given: string[]): Promise<string[]> {
  const { describeCertificate } = await import("../saml/certificates.ts");
  try {
    return given.map((certificate) => describeCertificate(certificate).pem);
  } catch (error) {
    throw asRefusal(error, "idp_certificates");
  }
}

function asRefusal(error: unknown, field: string): unknown {
  if (!(error instanceof SamlInputError)) return error;
  return invalid([{ field: `saml.${field}`, code: "invalid", message: error.message }], error.message);
}

function withoutUndefined(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}
