import { type Finding, finding } from "../inspection/finding.ts";
import { childrenOf, readCanonical, textOf } from "./canonical.ts";
import { describeCertificate } from "./certificates.ts";
import { DSIG } from "./names.ts";
import { verifySignature } from "./signature.ts";
import { Trace } from "./trace.ts";
import { trustedKeys } from "./trusted-keys.ts";
import { SamlInputError, SamlRefusal } from "./types.ts";
import { withXml, type Xml } from "./xml.ts";

/**
 * Whether a signed document still is as it was signed. It is measured against the certificate that came with it, so it proves
 * nothing about who signed: it finds documents that an editor or a mail gateway has changed.
 */
export function signatureFindings(bytes: Buffer): Finding[] {
  const certificate = certificateIn(bytes);
  if (!certificate) return [broken("the certificate that signed it is not in it.")];
  const { keys, problems } = trustedKeys([certificate.pem]);
  if (keys.length === 0) return [broken(`${problems.join(", ")}.`)];
  try {
    withXml(bytes, (document) => {
      document.dropInstructions();
      const signature = signatureOf(document);
      const what = { kind: "message", signature, parent: document.root } as const;
      verifySignature(document, what, { keys, allowSha1: true }, new Trace("logout"));
    });
  } catch (error) {
    if (error instanceof SamlRefusal) return [broken(REASONS.get(error.check) ?? error.message)];
    throw error;
  }
  return [finding("document_signed", { subject: certificate.subject || certificate.fingerprintSha256 })];
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["message.signature.digest", "the document was changed after it was signed."],
  ["message.signature.value", "it was not made with the certificate that is in it."],
  ["message.signature.reference", "it covers something else than the whole document."],
]);

function broken(reason: string): Finding {
  return finding("document_signature_broken", { reason });
}

function certificateIn(bytes: Buffer) {
  const signature = withXml(bytes, (document) =>
    readCanonical(document.canonicalBytes(signatureOf(document))),
  );
  const [info] = childrenOf(signature, DSIG, "KeyInfo");
  const data = info ? childrenOf(info, DSIG, "X509Data") : [];
  const [text] = data.flatMap((each) => childrenOf(each, DSIG, "X509Certificate")).map(textOf);
  try {
    return text ? describeCertificate(text) : null;
  } catch (error) {
    if (error instanceof SamlInputError) return null;
    throw error;
  }
}

function signatureOf(document: Xml) {
  const signature = document
    .childrenOf(document.root)
    .find((child) => child.namespaceUri === DSIG && child.name === "Signature");
  if (!signature) throw new Error("Asked about the signature of a document that has none.");
  return signature;
}
