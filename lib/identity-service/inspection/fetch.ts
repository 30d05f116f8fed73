import { ask, OutboundProblem } from "../outbound.ts";
import { DOCUMENT_BYTES_MAX } from "./document.ts";
import { type Finding, finding } from "./finding.ts";
import { InspectionProblem } from "./problem.ts";

export interface FetchedDocument {
  readonly body: Buffer;
  /** Where it was found in the end. */
  readonly url: URL;
  readonly findings: readonly Finding[];
}

const PATIENCE = { timeoutMs: 10_000, sizeBytesMax: DOCUMENT_BYTES_MAX };
const REDIRECTS_MAX = 3;

/**
 * Fetches a document once, when an administrator asks for it: nothing here ever fetches by itself.
 * @throws InspectionProblem saying why there is none, and whom to ask.
 */
export async function fetchDocument(address: string, accept = "*/*"): Promise<FetchedDocument> {
  const asked = webAddress(address);
  const { body, url } = await follow(asked, accept, REDIRECTS_MAX);
  return {
    ...{ body, url },
    findings: [
      ...(url.href === asked.href ? [] : [finding("url_redirected", { to: url.href })]),
      ...(url.protocol === "http:" ? [finding("url_http")] : []),
    ],
  };
}

function webAddress(address: string): URL {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol)) throw new InspectionProblem(finding("url_invalid"));
  return url;
}

async function follow(url: URL, accept: string, redirectsLeft: number): Promise<{ body: Buffer; url: URL }> {
  const { host } = url;
  const { status, headers, body } = await ask(url, { ...PATIENCE, headers: { accept } }).catch(
    (error: unknown) => {
      throw new InspectionProblem(whyNot(error, host));
    },
  );
  if (status === 200) return { body, url };
  const isRedirect = status >= 300 && status < 400 && headers.location !== undefined;
  if (!isRedirect) throw new InspectionProblem(finding("url_status", { host, status }));
  if (redirectsLeft === 0) throw new InspectionProblem(finding("url_redirects", { host }));
  const next = webAddress(URL.parse(headers.location ?? "", url)?.href ?? "");
  // Certificates come from here: what was asked for under TLS is not believed without.
  if (url.protocol === "https:" && next.protocol !== "https:")
    throw new InspectionProblem(finding("url_downgrade", { host }));
  return await follow(next, accept, redirectsLeft - 1);
}

function whyNot(error: unknown, host: string): Finding {
  if (error instanceof OutboundProblem) {
    if (error.reason === "too_large")
      return finding("too_large", { limit: `${DOCUMENT_BYTES_MAX / 1_000_000} MB` });
    return finding(error.reason === "timeout" ? "url_timeout" : "url_forbidden", { host });
  }
  const { code = "", message = "" } = error as NodeJS.ErrnoException;
  if (/^(ENOTFOUND|EAI_)/.test(code)) return finding("url_unknown_host", { host });
  if (code === "ETIMEDOUT") return finding("url_timeout", { host });
  if (/^E(CONN|HOST|NET|PIPE|ADDR)/.test(code)) return finding("url_unreachable", { host, reason: code });
  if (code === "CERT_HAS_EXPIRED") return finding("url_certificate_expired", { host });
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return finding("url_certificate_name", { host });
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED/.test(code))
    return finding("url_certificate_untrusted", { host });
  return finding("url_tls", { host, reason: code || message });
}
