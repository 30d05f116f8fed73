import { readAddress } from "./addresses.ts";
import { type Reading, read, refuse, strangeCharacter } from "./reading.ts";

const LABEL_LENGTH_MAX = 63; // RFC 1035 section 2.3.4
const NAME_LENGTH_MAX = 253;

/**
 * Reads a fully qualified domain name: letters, digits and hyphens (RFC 1123), other scripts in their `xn--` form,
 * lower case, no final dot. One `*` may stand for the whole left-most label.
 */
export function readFqdn(text: string): Reading<string> {
  if (text === "") return refuse("Write a name, such as api.example.com or *.example.com.");
  const shape = shapeProblem(text);
  if (shape) return refuse(shape);
  const name = text.toLowerCase();
  const labels = name.split(".");
  if (labels[0] === "*") {
    if (labels.length < 3) return refuse(`${text} is too wide: at least two labels follow the “*”.`);
    labels.shift();
  }
  for (const label of labels) {
    const problem = labelProblem(label);
    if (problem) return refuse(`${text}: ${problem}`);
  }
  if (labels.length < 2)
    return refuse(`${text} is not fully qualified: write the whole name, such as ${name}.example.com.`);
  if (name.length > NAME_LENGTH_MAX)
    return refuse(`The name has ${name.length} characters: ${NAME_LENGTH_MAX} is the most.`);
  // A numeric last label makes URL parsers take the name for an IPv4 address.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? ""))
    return refuse(`${text} ends in a number, which no domain name does.`);
  return read(name);
}

/** Whether every name that `inner` stands for is also one that `outer` stands for. A `*` is one label, and only one. */
export function fqdnContains(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  if (!outer.startsWith("*.") || inner.startsWith("*.")) return false;
  const dot = inner.indexOf(".");
  return dot > 0 && inner.slice(dot + 1) === outer.slice(2);
}

function shapeProblem(text: string): string | null {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/([^/:?#]*)/i.exec(text);
  if (scheme) return `Write only the name, not the whole URL: ${scheme[1]}.`;
  if (/\P{ASCII}/u.test(text)) return scriptProblem(text);
  const strange = strangeCharacter(text);
  if (strange) return strange;
  if (text.includes("/") || text.includes(":") || /^[0-9.]+$/.test(text)) return addressProblem(text);
  if (text.includes("@")) return `${text} is an e-mail address: write only the name after the “@”.`;
  if (text.endsWith(".")) return `Leave out the final dot: ${text.slice(0, -1)}.`;
  return null;
}

function addressProblem(text: string): string {
  if (readAddress(text.split("/")[0] ?? "").ok)
    return `${text} is an address, not a name: choose “Network” as the kind.`;
  const port = /^([^/:]+):\d+$/.exec(text);
  if (port) return `${text} carries a port: write only ${port[1]}, the port has its own field.`;
  return `${text} is not a domain name.`;
}

function scriptProblem(text: string): string {
  const ascii = asciiForm(text.replace(/^\*\./, ""));
  const wildcard = text.startsWith("*.") ? "*." : "";
  if (ascii && ascii !== text) return `${text} has letters outside ASCII: write it as ${wildcard}${ascii}.`;
  return strangeCharacter(text) ?? `${text} is not a domain name.`;
}

function labelProblem(label: string): string | null {
  if (label === "") return "there is an empty label between two dots.";
  if (label.includes("*")) return "“*” may only stand alone, as the left-most label.";
  if (label.includes("_")) return `“${label}” has an underscore, which no host name may hold.`;
  if (!/^[a-z0-9-]+$/.test(label)) return `“${label}” may hold only letters, digits and hyphens.`;
  if (label.length > LABEL_LENGTH_MAX)
    return `a label has ${label.length} characters: ${LABEL_LENGTH_MAX} is the most.`;
  if (label.startsWith("-") || label.endsWith("-")) return `“${label}” begins or ends with a hyphen.`;
  // RFC 5891 section 4.2.3.1: two hyphens in the third and fourth place belong to encodings, of which only xn-- exists.
  if (label.slice(2, 4) !== "--") return null;
  if (!label.startsWith("xn--")) return `“${label}” has two hyphens in the third and fourth place.`;
  // Beside a label outside ASCII: for names wholly in ASCII, Node's URL parser does not look inside `xn--`.
  return asciiForm(`${label}.ü`)?.startsWith(`${label}.`) ? null : `“${label}” is not valid punycode.`;
}

/** The name as the URL standard's IDNA writes it, in the browser and in Node alike; null when it is not valid there. */
function asciiForm(name: string): string | null {
  return URL.parse(`https://${name}/`)?.hostname ?? null;
}
