import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** What means something between two machines that speak to each other, and nothing beyond (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What a browser may not say to the application, for the application believes it of its proxy. */
const OF_THE_PROXY =
  /^(x-forwarded-|x-real-ip$|x-client-ip$|forwarded$|via$|true-client-ip$|cf-connecting-ip$|x-original-|x-rewrite-|x-http-method|x-sallyport-)/;

/** Headers that are set anew for whoever comes next, and so never copied. */
const SET_ANEW = new Set(["host", "content-length", "expect"]);

/** What of a request goes on to the application. */
export function forwardedRequest(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return endToEnd(headers, (name) => OF_THE_PROXY.test(name) || SET_ANEW.has(name));
}

/** What of the application's answer goes on to the browser. Its length too: the body passes as it is. */
export function forwardedResponse(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return endToEnd(headers, () => false);
}

function endToEnd(headers: IncomingHttpHeaders, dropped: (name: string) => boolean): OutgoingHttpHeaders {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || named.includes(name) || dropped(name)) continue;
    kept[name] = value;
  }
  return kept;
}
