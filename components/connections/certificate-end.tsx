import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";

const SOON_MS = 30 * 86_400_000;

/** When a certificate ends: quietly while that is far off. */
export function CertificateEnd({ at }: { at: Date | null }) {
  if (!at) return <span className="text-faint">None</span>;
  const left = at.getTime() - Date.now();
  if (left > SOON_MS) return <Time at={at} show="date" />;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Status tone={left <= 0 ? "negative" : "caution"}>{left <= 0 ? "Expired" : "Expires"}</Status>
      <Time at={at} show="date" />
    </span>
  );
}
