import { renderSVG } from "uqr";
import { CopyButton } from "#components/ui/copy.tsx";

/** The secret for an authenticator app, as a picture to scan and as letters to type. Drawn here, by nobody else. */
export function EnrolmentSecret({ secret, uri }: { secret: string; uri: string }) {
  const picture = renderSVG(uri, { border: 2, ecc: "M", whiteColor: "#ffffff", blackColor: "#000000" });
  return (
    <div className="flex flex-wrap items-center gap-4">
      {/* An image cannot run anything, whatever is in it; black on white in either theme, or a camera cannot read it. */}
      <img
        src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
        alt="QR code for your authenticator app"
        className="size-40 rounded-md border border-line"
      />
      <div className="grid min-w-0 flex-1 basis-40 gap-1 text-sm">
        <p>Scan this with an authenticator app.</p>
        <p className="text-muted">Or type this key into it:</p>
        <span className="flex items-start gap-1">
          <code className="text-xs [overflow-wrap:anywhere]">{secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          <CopyButton value={secret} label="key" />
        </span>
      </div>
    </div>
  );
}
