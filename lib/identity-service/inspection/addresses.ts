import { type Finding, finding } from "./finding.ts";

/** What there is to know of a provider's addresses; of those without encryption once for each server, as one act mends them all. */
export function addressFindings(addresses: readonly string[]): Finding[] {
  const urls = addresses.map((address) => ({ address, url: URL.parse(address) }));
  const open = urls.flatMap(({ url }) => (url?.protocol === "http:" ? [url.origin] : []));
  const unusable = urls.filter(({ url }) => !url || !/^https?:$/.test(url.protocol));
  return [
    ...[...new Set(open)].map((address) => finding("address_http", { address })),
    ...[...new Set(unusable.map(({ address }) => address))].map((address) =>
      finding("address_unusable", { address }),
    ),
  ];
}
