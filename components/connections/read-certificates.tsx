import { Copy } from "#components/ui/copy.tsx";
import type { ReadCertificate } from "#lib/drivers/reading-port.ts";
import type { IntakeWords } from "./intake-words.ts";

/** The certificates that metadata carry: whose, for what, how strong, until when, and what to compare them by. */
export function ReadCertificates({
  certificates,
  words,
}: {
  certificates: readonly ReadCertificate[];
  words: IntakeWords;
}) {
  if (certificates.length === 0) return null;
  return (
    <div className="grid gap-1.5">
      <p className="font-medium text-sm">{words.certificates}</p>
      <ul className="grid gap-2">
        {certificates.map((certificate) => (
          <li
            key={certificate.use + certificate.fingerprintSha256}
            className="grid gap-1 rounded-md border border-line bg-surface px-3 py-2 text-sm"
          >
            <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <span className="font-medium [overflow-wrap:anywhere]">
                {certificate.subject || certificate.fingerprintSha256}
              </span>
              {certificate.notAfter && <span>{words.certificateEnds(certificate.notAfter)}</span>}
            </span>
            <span className="text-muted text-xs [overflow-wrap:anywhere]">
              {words.certificateUse(certificate.use)} · {certificate.key} ·{" "}
              {words.issuedBy(certificate.issuer)}
            </span>
            <Copy
              value={certificate.fingerprintSha256}
              label={words.fingerprint}
              {...(words.copyFingerprint ? { words: words.copyFingerprint } : {})}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
