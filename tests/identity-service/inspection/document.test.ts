import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { FINDINGS } from "#lib/identity-service/inspection/codes.ts";
import { DOCUMENT_BYTES_MAX, readDocument } from "#lib/identity-service/inspection/document.ts";
import { finding } from "#lib/identity-service/inspection/finding.ts";

const XML = '<a name="Müller"/>';
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\n${XML}`;
const wide = (text: string) => Buffer.from(text, "utf16le");

test.each<[string, Buffer, string[]]>([
  ["UTF-8", Buffer.from(declared("utf-8")), []],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${declared("utf-8")}`), []],
  ["UTF-16 as Windows saves it", wide(`\uFEFF${declared("utf-16")}`), ["recoded"]],
  ["UTF-16 without a mark", wide(declared("utf-16")), ["recoded"]],
  ["UTF-16 the other way round", wide(`\uFEFF${declared("utf-16")}`).swap16(), ["recoded"]],
  ["UTF-8 that still says UTF-16", Buffer.from(declared("utf-16")), []],
  ["Latin-1", Buffer.from(declared("iso-8859-1"), "latin1"), ["recoded"]],
  ["gzip", gzipSync(declared("utf-8")), ["decompressed"]],
  ["gzip of UTF-16", gzipSync(wide(`\uFEFF${declared("utf-16")}`)), ["decompressed", "recoded"]],
])("reads the same text in %s", (_name, bytes, notes) => {
  const { text, findings } = readDocument(bytes);
  expect(text).toBe(XML);
  expect(findings.map(({ code }) => code)).toEqual(notes);
});

test.each<[string, Buffer]>([
  ["not_text", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff])],
  ["archive", Buffer.from([0x1f, 0x8b, 1, 2, 3])],
  ["too_large", Buffer.alloc(DOCUMENT_BYTES_MAX + 1, "x")],
  ["too_large", gzipSync(Buffer.alloc(DOCUMENT_BYTES_MAX + 1, "x"))],
])("refuses with %s what is no document", (code, bytes) => {
  expect(() => readDocument(bytes)).toThrow(
    expect.objectContaining({ finding: expect.objectContaining({ code }) }),
  );
});

test("no sentence names a value that it is not given, and what is shown of a value is bounded", () => {
  for (const [code, [severity, message, mend]] of Object.entries(FINDINGS)) {
    expect(message, code).toMatch(/^[^a-z].*[.?:}]$/);
    if (severity !== "note") expect(mend, code).toMatch(/^[A-Z{].*\.$/);
  }
  const long = finding("other_xml", { root: "x".repeat(10_000) });
  expect(long.message.length).toBeLessThan(400);
  expect(long.values.root?.length).toBe(301);
});
