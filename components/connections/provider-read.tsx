import { KeyValue } from "#components/ui/key-value.tsx";
import type { ProviderReading } from "#lib/drivers/reading-port.ts";
import type { IntakeWords } from "./intake-words.ts";
import { ReadCertificates } from "./read-certificates.tsx";

/** One provider as its metadata describes it, for somebody to compare with what they know, before anything is kept. */
export function ProviderRead({ provider, words }: { provider: ProviderReading; words: IntakeWords }) {
  const { facts } = words;
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-sunken p-4">
      <p className="font-medium text-sm">{words.understood}</p>
      <KeyValue
        items={[
          ...(provider.name ? [{ label: facts.name, value: provider.name }] : []),
          { label: facts.entityId, value: <Mono>{provider.entityId}</Mono> },
          ...endpointItems(provider, words),
          { label: facts.nameIdFormats, value: names(provider.nameIdFormats) || facts.none },
          { label: facts.algorithms, value: names(provider.algorithms) || facts.none },
          ...(provider.attributes.length > 0
            ? [{ label: facts.attributes, value: provider.attributes.join(", ") }]
            : []),
          ...(provider.validUntil
            ? [{ label: facts.validUntil, value: words.date(provider.validUntil) }]
            : []),
        ]}
      />
      <ReadCertificates certificates={provider.certificates} words={words} />
    </div>
  );
}

function endpointItems({ endpoints }: ProviderReading, words: IntakeWords) {
  const seen = new Map(
    endpoints
      .filter(({ binding }) => binding !== "other")
      .map(({ use, binding, location }) => [words.endpoint(use, binding), location]),
  );
  return [...seen].map(([label, location]) => ({ label, value: <Mono>{location}</Mono> }));
}

/** The last part of each URI says what matters: "persistent", "rsa-sha256". */
function names(uris: readonly string[]): string {
  return [...new Set(uris.map((uri) => uri.split(/[:#]/).at(-1) || uri))].join(", ");
}

export function Mono({ children }: { children: string }) {
  return <code className="text-xs [overflow-wrap:anywhere]">{children}</code>;
}
