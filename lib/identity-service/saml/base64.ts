/** Base64 as XML schema knows it: the standard alphabet, padded, blanks anywhere. Null for anything else. */
export function fromBase64(text: string): Buffer | null {
  return strictly(text) ?? strictly(text.replace(/\s+/g, ""));
}

/** Node leaves out what it does not know, and stops at padding: then there are fewer bytes than there should be. */
function strictly(base64: string): Buffer | null {
  if (base64 === "" || base64.length % 4 !== 0 || base64.includes("-") || base64.includes("_")) return null;
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(base64, "base64");
  return bytes.length === (base64.length / 4) * 3 - padding ? bytes : null;
}
