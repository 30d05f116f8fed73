import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority of a test's own, in a folder of its own. */
export interface TestCa {
  /** PEM file: what a client is to trust. */
  file: string;
  /** A certificate for these names, as PEM files. Each call makes another key. A negative number of days: it has expired. */
  issue(names: readonly string[], days?: number): { certificate: string; key: string };
  remove(): void;
}

export function createTestCa(name = "Test CA"): TestCa {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-ca-"));
  const at = (name: string) => join(folder, name);
  openssl(
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    ...lasting(3650),
    ...subject(name),
  );
  let issued = 0;
  return {
    file: at("ca.pem"),
    issue(names, days = 60) {
      issued += 1;
      const [key, request, certificate] = ["key", "csr", "pem"].map((kind) => at(`${issued}.${kind}`));
      if (!key || !request || !certificate) throw new Error("Three names make three files.");
      const extensions = at(`${issued}.ext`);
      const kindOf = (name: string) => (/^[\d.]+$/.test(name) ? "IP" : "DNS");
      writeFileSync(
        extensions,
        `subjectAltName=${names.map((name) => `${kindOf(name)}:${name}`).join(",")}\n`,
      );
      openssl("req", ...NEW_KEY, "-keyout", key, "-out", request, ...subject(names[0] ?? "test"));
      const authority = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial"];
      openssl(
        "x509",
        "-req",
        "-in",
        request,
        ...authority,
        "-out",
        certificate,
        ...lasting(days),
        "-extfile",
        extensions,
      );
      return { certificate, key };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const lasting = (days: number) => ["-days", String(days)];

function subject(name: string): string[] {
  return ["-subj", `/CN=${name}`];
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
