type Attributes = Readonly<Record<string, string | null>>;

/**
 * One element as text, in canonical form already: declarations before attributes, both sorted, no empty-element tags. So
 * what we sign needs no canonicalization. An attribute that is null is left out. `content` is XML: use `text()` for text.
 */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes)
    .sort(([left], [right]) => byDeclaration(left) - byDeclaration(right) || (left < right ? -1 : 1))
    .map(([key, value]) => (value === null ? "" : ` ${key}="${attributeText(value)}"`));
  return `<${name}${written.join("")}>${content.join("")}</${name}>`;
}

export function text(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#xD;");
}

function attributeText(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#x9;")
    .replaceAll("\n", "&#xA;")
    .replaceAll("\r", "&#xD;");
}

function byDeclaration(name: string): number {
  return name === "xmlns" || name.startsWith("xmlns:") ? 0 : 1;
}
