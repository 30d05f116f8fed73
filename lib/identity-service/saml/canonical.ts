import { XmlProblem } from "./xml-problem.ts";

/**
 * Reads canonical XML, and nothing but canonical XML: the very bytes that a signature was verified over. There is so little
 * left in them (no DTD, no comments, no CDATA, no empty-element tags, attributes in double quotes, five entities) that the
 * reader is this page, and anything else it meets is refused.
 */
export interface Element {
  /** Without prefix. */
  readonly name: string;
  readonly namespace: string;
  /** By name as written; those of SAML have no prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** The element's own text, all of it, without that of its children. */
  readonly text: string;
}

interface OpenElement extends Element {
  readonly children: Element[];
  text: string;
  readonly qualifiedName: string;
  readonly namespaces: ReadonlyMap<string, string>;
}

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
const NO_NAMESPACES: ReadonlyMap<string, string> = new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]);
const NAME = /[^\s<>"'&/=!?]+/y;
const ATTRIBUTE = / ([^\s=<>"'/&]+)="([^"<]*)"/y;

/** @throws XmlProblem where the text is not canonical XML. libxml2 writes a namespace's `&` as it is, for one. */
export function readCanonical(bytes: Buffer): Element {
  const xml = bytes.toString("utf8");
  const open: OpenElement[] = [];
  let root: Element | null = null;
  let at = 0;
  while (at < xml.length) {
    const tag = xml.indexOf("<", at);
    const current = open.at(-1);
    if (!current && (root || tag !== at)) throw notCanonical(at);
    if (tag === -1) throw notCanonical(at);
    if (current && tag > at) current.text += plainText(xml.slice(at, tag));
    if (xml[tag + 1] === "/") {
      if (!current) throw notCanonical(tag);
      at = endOf(xml, tag, current);
      open.pop();
    } else {
      const { element, end } = startOf(xml, tag, current?.namespaces ?? NO_NAMESPACES);
      if (current) current.children.push(element);
      else root = element;
      open.push(element);
      at = end;
    }
  }
  if (!root || open.length > 0) throw notCanonical(at);
  return root;
}

/** The only child of that name, or null; two are as good as none. */
export function childOf(element: Element, namespace: string, name: string): Element | null {
  const found = childrenOf(element, namespace, name);
  return found.length === 1 ? (found[0] ?? null) : null;
}

export function childrenOf(element: Element, namespace: string, name: string): Element[] {
  return element.children.filter((child) => child.name === name && child.namespace === namespace);
}

export function isNamed(element: Element, namespace: string, name: string): boolean {
  return element.name === name && element.namespace === namespace;
}

export function attributeOf(element: Element, name: string): string | null {
  return element.attributes.get(name) ?? null;
}

/** An element's text with that of its children, without blanks around. */
export function textOf(element: Element): string {
  return (element.text + element.children.map(textOf).join("")).trim();
}

function startOf(xml: string, tag: number, inScope: ReadonlyMap<string, string>) {
  NAME.lastIndex = tag + 1;
  const qualifiedName = NAME.exec(xml)?.[0];
  if (qualifiedName === undefined) throw notCanonical(tag);
  let attributes: Map<string, string> | undefined;
  let namespaces = inScope;
  let at = tag + 1 + qualifiedName.length;
  while (xml[at] === " ") {
    ATTRIBUTE.lastIndex = at;
    const [whole, name, value] = ATTRIBUTE.exec(xml) ?? [];
    if (whole === undefined || name === undefined || value === undefined) throw notCanonical(at);
    if (name === "xmlns" || name.startsWith("xmlns:")) {
      if (namespaces === inScope) namespaces = new Map(inScope);
      (namespaces as Map<string, string>).set(name === "xmlns" ? "" : name.slice(6), plainText(value));
    } else {
      attributes ??= new Map();
      if (attributes.has(name)) throw notCanonical(at);
      attributes.set(name, plainText(value));
    }
    at += whole.length;
  }
  if (xml[at] !== ">") throw notCanonical(at);
  const colon = qualifiedName.indexOf(":");
  const namespace = namespaces.get(colon === -1 ? "" : qualifiedName.slice(0, colon)) ?? "";
  const name = qualifiedName.slice(colon + 1);
  const element: OpenElement = {
    name,
    namespace,
    attributes: attributes ?? NO_ATTRIBUTES,
    children: [],
    text: "",
    qualifiedName,
    namespaces,
  };
  return { element, end: at + 1 };
}

function endOf(xml: string, tag: number, { qualifiedName }: OpenElement): number {
  const end = tag + 2 + qualifiedName.length;
  if (xml[end] !== ">" || !xml.startsWith(qualifiedName, tag + 2)) throw notCanonical(tag);
  return end + 1;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x9;": "\t",
  "&#xA;": "\n",
  "&#xD;": "\r",
};

function plainText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&[^;]*;?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new XmlProblem(`its canonical form has ${entity}`);
    return character;
  });
}

function notCanonical(at: number): XmlProblem {
  return new XmlProblem(`its canonical form is broken at character ${at}`);
}
