import { Copy } from "#components/ui/copy.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Certificate } from "#lib/drivers/port.ts";
import { CertificateEnd } from "./certificate-end.tsx";

/** The certificates a provider signs with, and how long each holds. */
export function Certificates({ certificates }: { certificates: Certificate[] }) {
  if (certificates.length === 0) return <p className="text-muted text-sm">No certificates.</p>;
  return (
    <ul className="grid gap-2">
      {certificates.map((certificate) => (
        <li
          key={certificate.fingerprintSha256}
          className="grid gap-1 rounded-md border border-line bg-surface px-3 py-2 text-sm"
        >
          <span className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <span className="font-medium [overflow-wrap:anywhere]">
              {certificate.subject || "No subject"}
            </span>
            <CertificateEnd at={certificate.notAfter} />
          </span>
          <span className="text-muted text-xs [overflow-wrap:anywhere]">
            Issued by {certificate.issuer || "nobody named"}
            {certificate.notBefore && (
              <>
                {" "}
                on <Time at={certificate.notBefore} show="date" />
              </>
            )}
          </span>
          <Copy value={certificate.fingerprintSha256} label="SHA-256 fingerprint" />
        </li>
      ))}
    </ul>
  );
}
