import { attributeOf, childrenOf, type Element, isNamed, readCanonical } from "./canonical.ts";
import { describeIdp } from "./idp-description.ts";
import { requireMetadataText } from "./metadata-text.ts";
import { METADATA, PROTOCOL } from "./names.ts";
import { readTime } from "./time.ts";
import { type IdpDescription, type MetadataInspection, SamlInputError } from "./types.ts";
import { warmUp, withXml } from "./xml.ts";
import { XmlProblem } from "./xml-problem.ts";

// Whoever imports this file waits until libxml2 is there; inspecting itself then needs no waiting.
await warmUp();

/**
 * What an identity provider's metadata says, with warnings in plain sentences. Its signature is not checked: the
 * administrator who hands the document over vouches for it.
 * @throws SamlInputError saying what the document is instead, or what is missing.
 */
export function inspectMetadata(xml: string, now: Date): MetadataInspection {
  const bytes = requireMetadataText(xml);
  const root = readDocument(bytes);
  const entities = requireEntities(root);
  const idps = entities.flatMap((entity) => describeEntity(entity, root, now));
  const [first, ...others] = idps;
  if (!first) throw new SamlInputError(whyNoIdp(entities));
  return { idps: [first, ...others], warnings: warningsOf(root, entities, idps) };
}

function readDocument(bytes: Buffer): Element {
  try {
    return withXml(bytes, (document) => {
      document.dropInstructions();
      return readCanonical(document.canonicalBytes(document.root));
    });
  } catch (error) {
    if (error instanceof XmlProblem)
      throw new SamlInputError(`This metadata cannot be read: ${error.message}.`);
    throw error;
  }
}

function requireEntities(root: Element): Element[] {
  if (isNamed(root, METADATA, "EntityDescriptor")) return [root];
  if (isNamed(root, METADATA, "EntitiesDescriptor")) return entitiesIn(root);
  if (root.namespace === PROTOCOL) {
    throw new SamlInputError(
      `This is a SAML message (${root.name}), not metadata. Ask for the metadata file or its address.`,
    );
  }
  if (root.name.toLowerCase() === "html")
    throw new SamlInputError("This is a web page, not metadata. Was a sign-in page saved?");
  throw new SamlInputError(`This is XML, but not SAML 2.0 metadata: it begins with "${root.name}".`);
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

function whyNoIdp(entities: readonly Element[]): string {
  const [entity] = entities;
  if (!entity) return "This metadata describes nobody: it is an empty group.";
  const has = (role: string) => entities.some((each) => childrenOf(each, METADATA, role).length > 0);
  if (has("IDPSSODescriptor")) return "This identity provider does not speak SAML 2.0.";
  if (has("SPSSODescriptor")) {
    return "This is the metadata of a service provider, perhaps our own. Take the one that the identity provider offers.";
  }
  return "This metadata describes no identity provider (it has no IDPSSODescriptor).";
}

function warningsOf(root: Element, entities: readonly Element[], idps: readonly IdpDescription[]): string[] {
  const warnings: string[] = [];
  if (idps.length > 1)
    warnings.push(`The document describes ${idps.length} identity providers. Choose the right one.`);
  if (entities.some((entity) => childrenOf(entity, METADATA, "SPSSODescriptor").length > 0)) {
    warnings.push("The document describes a service provider too; that part is not used.");
  }
  if (!isNamed(root, METADATA, "EntityDescriptor") && entities.length > 20) {
    warnings.push(
      "This is a whole federation's metadata. One provider's own document is easier to keep right.",
    );
  }
  return warnings;
}
