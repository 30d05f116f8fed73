import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createSecureContext } from "node:tls";
import { SECOND_MS } from "#lib/shared/clock.ts";

// The identity service has the same. Neither program may import the other, and what they share does no I/O: a room
// for these fifty lines would be a third that both depend on, and one that reads keys.

/** Where the certificate chain and its private key lie, in PEM. */
export interface TlsFiles {
  certificate: string;
  key: string;
}

/** TLS 1.2 at least: what is older is broken (RFC 8996). */
export interface TlsOptions {
  cert: Buffer;
  key: Buffer;
  minVersion: "TLSv1.2";
}

const LOOKS_EVERY_MS = 5 * SECOND_MS;

/** @throws Error naming the file that cannot be read, or saying that the key is not the certificate's. */
export function readTls(files: TlsFiles): TlsOptions {
  const options = {
    cert: readFileSync(files.certificate),
    key: readFileSync(files.key),
    minVersion: "TLSv1.2",
  } as const;
  try {
    createSecureContext(options);
  } catch (error) {
    const message = `${files.key} is not the private key of ${files.certificate}, or one of them is not PEM.`;
    throw new Error(message, { cause: error });
  }
  return options;
}

/**
 * Serves new connections with a renewed certificate. The files are looked at rather than watched: they are often links that a
 * renewal swaps. Half a renewal does not fit together and is passed over until the other half is there.
 */
export function followTls(
  files: TlsFiles,
  server: { setSecureContext(options: TlsOptions): void },
  failed: (error: unknown) => void,
): () => void {
  const changed = () => {
    try {
      server.setSecureContext(readTls(files));
    } catch (error) {
      failed(error);
    }
  };
  const watched = [files.certificate, files.key];
  for (const file of watched) watchFile(file, { interval: LOOKS_EVERY_MS, persistent: false }, changed);
  return () => {
    for (const file of watched) unwatchFile(file, changed);
  };
}
