import { sign } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { RSA_SHA256 } from "./names.ts";
import { envelopedSignature } from "./sign.ts";
import { type CarriedMessage, SamlInputError, type SigningPair } from "./types.ts";

/** SAML bindings 3.4.3 and 3.5.3. */
const RELAY_STATE_BYTES_MAX = 80;

export interface Carried {
  readonly binding: "redirect" | "post";
  readonly field: "SAMLRequest" | "SAMLResponse";
  readonly id: string;
  readonly destination: string;
  readonly relayState: string | null;
  /** Null sends it unsigned. */
  readonly signing: SigningPair | null;
  /** The message in canonical form, with this signature behind its issuer. */
  write(signature: string): string;
}

/**
 * A message as the browser carries it to the identity provider.
 * @throws SamlInputError when the provider's address is no web address: a form would run `javascript:`.
 */
export function carry(message: Carried): CarriedMessage {
  requireWebAddress(message.destination);
  // What an identity provider gave us to give back may be longer than it should be: that is its own affair.
  const isOurs = message.field === "SAMLRequest";
  if (isOurs && Buffer.byteLength(message.relayState ?? "") > RELAY_STATE_BYTES_MAX)
    throw new Error(`RelayState may have ${RELAY_STATE_BYTES_MAX} bytes.`);
  return message.binding === "redirect" ? redirect(message) : post(message);
}

/** SAML bindings 3.4.4.1: the signature is beside the message, over the query as it is sent. */
function redirect({ field, destination, relayState, signing, write }: Carried): CarriedMessage {
  const xml = write("");
  const query = [
    [field, deflateRawSync(xml).toString("base64")],
    ...(relayState === null ? [] : [["RelayState", relayState]]),
    ...(signing ? [["SigAlg", RSA_SHA256]] : []),
  ]
    .map(([name = "", value = ""]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const signed = signing ? `${query}&Signature=${encodeURIComponent(signatureOf(query, signing))}` : query;
  const [address = "", fragment] = destination.split("#");
  const separator = address.includes("?") ? "&" : "?";
  const url = `${address}${separator}${signed}${fragment === undefined ? "" : `#${fragment}`}`;
  return { binding: "redirect", url, xml };
}

/** SAML bindings 3.5.4: the signature is inside the message. */
function post({ field, id, destination, relayState, signing, write }: Carried): CarriedMessage {
  const unsigned = write("");
  const xml = signing ? write(envelopedSignature(unsigned, id, signing)) : unsigned;
  const fields = {
    [field]: Buffer.from(xml).toString("base64"),
    ...(relayState === null ? {} : { RelayState: relayState }),
  };
  return { binding: "post", action: destination, fields, xml };
}

function signatureOf(query: string, { privateKey }: SigningPair): string {
  return sign("sha256", Buffer.from(query), privateKey).toString("base64");
}

function requireWebAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new SamlInputError(`The identity provider's address is not a web address: ${address}`);
  }
}
