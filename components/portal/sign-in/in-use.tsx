import { Card } from "#components/ui/card.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import type { Certificate } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { portalDay, portalTexts } from "#lib/portal/texts.ts";

const SOON_MS = 30 * 86_400_000;

/** What is known of the provider in one revision: who it is, where people go, and its certificates with their ends. */
export async function InUse({ title, revision }: { title: string; revision: Revision }) {
  const [t, names] = [await portalTexts("connection"), await portalTexts("metadata")];
  const shown = [
    ["saml.idp_entity_id", t("metadata.entityId")],
    ["saml.idp_sso_url", t("metadata.signInUrl")],
    ["oidc.issuer", names("issuer")],
    ["oidc.client_id", t("oidc.clientId")],
  ] as const;
  const items = shown.flatMap(([key, label]) => {
    const value = revision.settings.find((setting) => setting.key === key)?.values[0];
    return value ? [{ label, value: <code className="text-xs">{value}</code> }] : [];
  });
  const certificates = await Promise.all(
    revision.certificates.map(async (certificate) => ({
      certificate,
      until: certificate.notAfter ? await portalDay(certificate.notAfter) : null,
    })),
  );
  return (
    <Card title={title}>
      <KeyValue items={items} />
      {certificates.length > 0 && (
        <ul className="grid gap-2 pt-2">
          {certificates.map(({ certificate, until }) => (
            <li
              key={certificate.fingerprintSha256}
              className="grid gap-1 rounded-md border border-line px-3 py-2 text-sm"
            >
              <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
                <span className="font-medium [overflow-wrap:anywhere]">
                  {certificate.subject || certificate.fingerprintSha256}
                </span>
                {until && (
                  <Status tone={toneOf(certificate)}>
                    {t(toneOf(certificate) === "negative" ? "renew.ended" : "renew.until", { date: until })}
                  </Status>
                )}
              </span>
              <code className="text-muted text-xs [overflow-wrap:anywhere]">
                {certificate.fingerprintSha256}
              </code>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function toneOf({ notAfter }: Certificate): "positive" | "caution" | "negative" {
  const left = (notAfter?.getTime() ?? 0) - Date.now();
  if (left <= 0) return "negative";
  return left < SOON_MS ? "caution" : "positive";
}
