/** Base64 as XML schema knows it: the standard alphabet, padded, blanks anywhere. Null for anything else. */
export function fromBase64(text: string): Buffer | null {
  const base64 = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  if (base64 === "" || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  return Buffer.from(base64, "base64");
}
