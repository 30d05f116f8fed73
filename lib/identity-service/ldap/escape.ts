/** Where a template takes the user name that somebody typed. */
export const USERNAME = "{username}";

/** A value as it may stand in a filter (RFC 4515, 3): whatever it holds, it stays one value. */
export function escapeFilterValue(value: string): string {
  return value.replace(/[\0()*\\]/g, hex);
}

/** A value as it may stand in a distinguished name (RFC 4514, 2.4): whatever it holds, it adds no part and ends none. */
export function escapeDnValue(value: string): string {
  return value
    .replace(/[\\"+,;<=>]/g, "\\$&")
    .replace(/\p{Cc}/gu, (character) => Buffer.from(character).reduce((text, byte) => text + pair(byte), ""))
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ");
}

/** A name as other names are compared with it: its parts without the ways in which the same part can be written. */
export function dnKey(dn: string): string {
  return splitDn(dn)
    .map((part) => {
      const at = part.indexOf("=");
      const value = unescapeDnValue(part.slice(at + 1)).replace(/\s+/g, " ");
      return `${part.slice(0, at).trim().toLowerCase()}=${escapeDnValue(value.toLowerCase())}`;
    })
    .join(",");
}

/** What stands first in a name: `Nurses` of `CN=Nurses,OU=Groups,DC=example,DC=com`. */
export function leadingName(dn: string): string {
  const [first = ""] = splitDn(dn);
  return unescapeDnValue(first.slice(first.indexOf("=") + 1));
}

/** The parts of a name, split at the commas that are not part of a value. */
function splitDn(dn: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  for (let at = 0; at < dn.length; at += 1) {
    const character = dn[at] ?? "";
    if (character === "\\") {
      part += dn.slice(at, at + 2);
      at += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === "," || character === ";")) {
      parts.push(part.trim());
      part = "";
    } else part += character;
  }
  return [...parts, part.trim()];
}

function unescapeDnValue(value: string): string {
  // A blank at the end belongs to the value only where it is escaped.
  const trimmed = value.replace(/^\s+/, "").replace(/(?<!\\)\s+$/, "");
  const bare = /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
  return bare.replace(/(?:\\[0-9a-f]{2})+|\\(.)/gis, (escaped: string, one: string | undefined) =>
    one === undefined ? Buffer.from(escaped.replaceAll("\\", ""), "hex").toString("utf8") : one,
  );
}

function hex(character: string): string {
  return pair(character.charCodeAt(0));
}

function pair(byte: number): string {
  return `\\${byte.toString(16).padStart(2, "0")}`;
}
