import { type Finding, finding } from "../inspection/finding.ts";
import { InspectionProblem } from "../inspection/problem.ts";
import { attributeOf, childrenOf, type Element, isNamed, readCanonical } from "./canonical.ts";
import { describeIdp } from "./idp-description.ts";
import { signatureFindings } from "./metadata-signature.ts";
import { requireMetadataText } from "./metadata-text.ts";
import { DSIG, METADATA, PROTOCOL } from "./names.ts";
import { readTime } from "./time.ts";
import type { IdpDescription, MetadataInspection } from "./types.ts";
import { warmUp, withXml } from "./xml.ts";
import { XmlProblem } from "./xml-problem.ts";

// Whoever imports this file waits until libxml2 is there; inspecting itself then needs no waiting.
await warmUp();

/**
 * What an identity provider's metadata says, with what there is to know about it. A signature says only whether the document was
 * changed since: the administrator who hands it over vouches for it. `ownUrl`: where our own metadata are.
 * @throws InspectionProblem saying what the document is instead, or what is missing.
 */
export function inspectMetadata(xml: string, now: Date, ownUrl: string | null = null): MetadataInspection {
  const bytes = requireMetadataText(xml);
  const root = readDocument(bytes);
  const entities = requireEntities(root);
  const idps = entities.flatMap((entity) => describeEntity(entity, root, now));
  const [first, ...others] = idps;
  if (!first) throw new InspectionProblem(whyNoIdp(entities, ownUrl));
  const signed = childrenOf(root, DSIG, "Signature").length > 0 ? signatureFindings(bytes) : [];
  return { idps: [first, ...others], findings: [...findingsOf(root, entities, idps), ...signed] };
}

function readDocument(bytes: Buffer): Element {
  try {
    return withXml(bytes, (document) => {
      document.dropInstructions();
      return readCanonical(document.canonicalBytes(document.root));
    });
  } catch (error) {
    if (!(error instanceof XmlProblem)) throw error;
    throw new InspectionProblem(finding("unreadable_xml", { reason: error.message }));
  }
}

function requireEntities(root: Element): Element[] {
  if (isNamed(root, METADATA, "EntityDescriptor")) return [root];
  if (isNamed(root, METADATA, "EntitiesDescriptor")) return entitiesIn(root);
  if (root.namespace === PROTOCOL) throw new InspectionProblem(finding("saml_message", { root: root.name }));
  if (root.name.toLowerCase() === "html") throw new InspectionProblem(finding("web_page"));
  throw new InspectionProblem(finding("other_xml", { root: root.name }));
}

/** Groups may stand inside groups. */
function entitiesIn(group: Element): Element[] {
  return group.children.flatMap((child) => {
    if (isNamed(child, METADATA, "EntityDescriptor")) return [child];
    return isNamed(child, METADATA, "EntitiesDescriptor") ? entitiesIn(child) : [];
  });
}

function describeEntity(entity: Element, root: Element, now: Date): IdpDescription[] {
  const roles = childrenOf(entity, METADATA, "IDPSSODescriptor").filter(speaksSaml2);
  const limits = [root, entity]
    .map((element) => readTime(attributeOf(element, "validUntil")))
    .filter((at) => at !== null);
  const validUntil = limits.length > 0 ? new Date(Math.min(...limits)) : null;
  return roles.slice(0, 1).map((role) => describeIdp(entity, role, validUntil, now));
}

function speaksSaml2(role: Element): boolean {
  return (attributeOf(role, "protocolSupportEnumeration") ?? PROTOCOL).split(/\s+/).includes(PROTOCOL);
}

function whyNoIdp(entities: readonly Element[], ownUrl: string | null): Finding {
  const [entity] = entities;
  if (!entity) return finding("nobody");
  const has = (role: string) => entities.some((each) => childrenOf(each, METADATA, role).length > 0);
  if (has("IDPSSODescriptor")) return finding("saml1_only");
  if (!has("SPSSODescriptor")) return finding("no_role");
  const isOurs = ownUrl !== null && (attributeOf(entity, "entityID") ?? "").startsWith(`${ownUrl}/`);
  return finding(isOurs ? "own_metadata" : "service_provider");
}

function findingsOf(root: Element, entities: readonly Element[], idps: readonly IdpDescription[]): Finding[] {
  const hasSp = entities.some((entity) => childrenOf(entity, METADATA, "SPSSODescriptor").length > 0);
  const isFederation = !isNamed(root, METADATA, "EntityDescriptor") && entities.length > 20;
  return [
    ...(idps.length > 1 ? [finding("several_providers", { count: idps.length })] : []),
    ...(hasSp ? [finding("service_provider_too")] : []),
    ...(isFederation ? [finding("federation")] : []),
  ];
}
