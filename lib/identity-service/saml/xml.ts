import { isUtf8 } from "node:buffer";
import type { XmlDocument, XmlElement, XmlNode, XmlXPath } from "libxml2-wasm";
import { ASSERTION, DSIG } from "./names.ts";
import { XmlProblem } from "./xml-problem.ts";

/** A federation's metadata is the largest thing anybody gives us; a response gets far less, see response.ts. */
export const XML_BYTES_MAX = 8 * 1024 * 1024;

interface Libxml {
  readonly library: typeof import("libxml2-wasm");
  readonly options: number;
  readonly queries: { readonly [Query in keyof typeof QUERIES]: XmlXPath };
}

const QUERIES = {
  ids: "//@ID | //@Id | //@id",
  instructions: "//processing-instruction()",
  // Between elements a comment is harmless. In a value it has made libraries read half of it (CERT VU#780781).
  commentsInValues: "//comment()[not(../*) or ancestor::ds:Signature]",
  signedParts: "//ds:Signature | //saml:Assertion | //saml:EncryptedAssertion",
} as const;

let libxml: Libxml | undefined;

/**
 * Loads libxml2 (WebAssembly, about 50 ms and 19 MB). Everything that needs it waits for it anyway; a service calls this
 * once it listens, so that the first person to sign in does not wait.
 */
export async function warmUp(): Promise<void> {
  if (libxml) return;
  const library = await import("libxml2-wasm");
  const { ParseOption: option, XmlXPath } = library;
  const namespaces = { ds: DSIG, saml: ASSERTION };
  libxml = {
    library,
    options:
      option.XML_PARSE_NONET |
      option.XML_PARSE_NO_XXE |
      option.XML_PARSE_NO_SYS_CATALOG |
      option.XML_PARSE_SKIP_IDS |
      option.XML_PARSE_COMPACT,
    queries: {
      // A query that needs no namespaces is not made to declare any: it costs as much as the query.
      ids: XmlXPath.compile(QUERIES.ids),
      instructions: XmlXPath.compile(QUERIES.instructions),
      commentsInValues: XmlXPath.compile(QUERIES.commentsInValues, namespaces),
      signedParts: XmlXPath.compile(QUERIES.signedParts, namespaces),
    },
  };
}

/**
 * Parses bytes, once, and lets `read` work with the document; its memory, which no garbage collector would see, is freed
 * whatever happens. UTF-8 only, so that no two readers can see two texts; no DTD, so there are no entities to expand or
 * fetch and no attributes by default. libxml2 itself bounds the depth (256 elements).
 * @throws XmlProblem
 */
export function withXml<Result>(bytes: Buffer, read: (xml: Xml) => Result): Result {
  if (!libxml) throw new Error("warmUp() must have been awaited before XML can be read.");
  const document = parse(libxml, bytes);
  const xml = new Xml(libxml, document);
  try {
    return read(xml);
  } finally {
    xml.dispose();
  }
}

/** A parsed document. Elements taken out of it live as long as it does. */
export class Xml {
  readonly #libxml: Libxml;
  readonly #document: XmlDocument;
  readonly #detached: XmlDocument[] = [];
  readonly root: XmlElement;

  constructor(loaded: Libxml, document: XmlDocument) {
    this.#libxml = loaded;
    this.#document = document;
    this.root = document.root;
  }

  /** The values of every attribute that could be taken for an ID. */
  ids(): string[] {
    return this.#find("ids").map((id) => id.content);
  }

  hasInstructions(): boolean {
    return this.#find("instructions").length > 0;
  }

  dropInstructions(): void {
    for (const instruction of this.#find("instructions")) instruction.remove();
  }

  hasCommentsInValues(): boolean {
    return this.#find("commentsInValues").length > 0;
  }

  /** Signatures, and assertions encrypted or not, wherever in the document they are. */
  signedParts(): { signatures: XmlElement[]; assertions: XmlElement[] } {
    const all = this.#find("signedParts") as XmlElement[];
    const signatures = all.filter(({ name }) => name === "Signature");
    return { signatures, assertions: all.filter((element) => !signatures.includes(element)) };
  }

  /** Child elements, as they stand in the document now. */
  childrenOf(element: XmlElement): XmlElement[] {
    const children: XmlElement[] = [];
    for (let child = element.firstChild; child; child = child.next) {
      if (child instanceof this.#libxml.library.XmlElement) children.push(child);
    }
    return children;
  }

  /** Takes an element out of the document: what is canonicalized afterwards is without it. */
  detach(element: XmlElement): void {
    this.#moveOut(element);
  }

  /**
   * The exclusive canonical form (without comments) of an element, which is thereby taken out of the document, unless it
   * is the root. `prefixes` is the InclusiveNamespaces PrefixList: these take their meaning from where the element stood.
   */
  canonicalBytes(element: XmlElement, prefixes: readonly string[] = []): Buffer {
    const document = element.isSameNode(this.root) ? this.#document : this.#standingAlone(element, prefixes);
    const chunks: Buffer[] = [];
    const sink = {
      // The chunk is a view of WebAssembly's memory, good only during this call.
      write: (chunk: Uint8Array) => chunks.push(Buffer.from(chunk)) && chunk.byteLength,
      close: () => true,
    };
    try {
      document.canonicalize(sink, {
        mode: this.#libxml.library.XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
        inclusiveNamespacePrefixes: [...prefixes],
      });
    } catch (error) {
      if (error instanceof this.#libxml.library.XmlError) throw new XmlProblem("it has no canonical form");
      throw error;
    }
    // Where canonicalization failed and gave nothing, others compared the digest of nothing (CVE-2025-66568).
    if (chunks.length === 0) throw new XmlProblem("it has no canonical form");
    return Buffer.concat(chunks);
  }

  dispose(): void {
    for (const document of this.#detached) document.dispose();
    this.#document.dispose();
  }

  #standingAlone(element: XmlElement, prefixes: readonly string[]): XmlDocument {
    const inherited = prefixes.map((name) => {
      const prefix = name === "#default" ? "" : name;
      return { prefix, uri: element.namespaceForPrefix(prefix) };
    });
    const own = element.nsDeclarations;
    const document = this.#moveOut(element);
    for (const { prefix, uri } of inherited) {
      if (uri && own[prefix] === undefined) element.addNsDeclaration(uri, prefix);
    }
    return document;
  }

  /** Whole-document canonicalization runs inside libxml2; that of a subtree would call back for every node. */
  #moveOut(element: XmlElement): XmlDocument {
    const document = this.#libxml.library.XmlDocument.create();
    this.#detached.push(document);
    document.root = element;
    return document;
  }

  #find(query: keyof typeof QUERIES): XmlNode[] {
    return this.root.find(this.#libxml.queries[query]);
  }
}

function parse({ library, options }: Libxml, bytes: Buffer): XmlDocument {
  if (bytes.length > XML_BYTES_MAX) throw new XmlProblem(`it is larger than ${XML_BYTES_MAX} bytes`);
  if (!isUtf8(bytes)) throw new XmlProblem("it is not UTF-8 text");
  if (bytes.includes("<!DOCTYPE")) throw new XmlProblem("it carries a document type declaration (DTD)");
  const declared = DECLARED_ENCODING.exec(bytes.toString("latin1", 0, 200))?.[1] ?? "utf-8";
  if (!/^(utf-8|us-ascii)$/i.test(declared)) throw new XmlProblem(`it declares the encoding ${declared}`);
  let document: XmlDocument;
  try {
    document = library.XmlDocument.fromBuffer(bytes, { encoding: "utf-8", option: options });
  } catch (error) {
    if (!(error instanceof library.XmlError)) throw error;
    throw new XmlProblem(`it is not well-formed XML: ${error.message.trim()}`);
  }
  if (!document.dtd) return document;
  document.dispose();
  throw new XmlProblem("it carries a document type declaration (DTD)");
}

const DECLARED_ENCODING = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/;
