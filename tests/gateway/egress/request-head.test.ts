import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEAD_BYTES_MAX, readRequestHead } from "#lib/gateway/egress/request-head.ts";

const read = (text: string) => readRequestHead(Buffer.from(text, "latin1"));
const tunnel = (target: string, ...headers: string[]) =>
  `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;
const carried = (url: string, host: string, ...headers: string[]) =>
  `POST ${url} HTTP/1.1\r\nHost: ${host}\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;

describe("the head of a request to the proxy", () => {
  test.each([
    [tunnel("api.workos.com:443"), { name: "api.workos.com", address: null, port: 443 }],
    [tunnel("API.WorkOS.com:443"), { name: "api.workos.com", address: null, port: 443 }],
    [tunnel("192.0.2.7:8443"), { name: null, address: "192.0.2.7", port: 8443 }],
    [tunnel("[2001:DB8::7]:443"), { name: null, address: "2001:db8::7", port: 443 }],
    [
      "CONNECT api.workos.com:443 HTTP/1.1\r\nHost: api.workos.com\r\n\r\n",
      { name: "api.workos.com", address: null, port: 443 },
    ],
    ["CONNECT api.workos.com:443 HTTP/1.0\r\n\r\n", { name: "api.workos.com", address: null, port: 443 }],
  ])("tells where a tunnel is to lead: %j", (text, target) => {
    expect(read(text)).toMatchObject({ state: "read", head: { method: "CONNECT", target, path: null } });
  });

  test.each([
    [carried("http://a.example/x?y=1", "a.example"), "/x?y=1", 80],
    [carried("http://a.example", "a.example"), "/", 80],
    [carried("http://a.example?y", "a.example"), "/?y", 80],
    [carried("HTTP://a.example:8080/", "a.example:8080", "Content-Length: 5"), "/", 8080],
    [carried("http://a.example:80/", "a.example", "Transfer-Encoding: Chunked"), "/", 80],
  ])("tells where a request is to be carried on to: %j", (text, path, port) => {
    expect(read(text)).toMatchObject({
      state: "read",
      head: { path, target: { name: "a.example", address: null, port } },
    });
  });

  test("ends where it ends: what follows is the tunnel's", () => {
    const text = tunnel("api.workos.com:443", "Proxy-Authorization: Bearer abc");
    expect(read(`${text}\u0016\u0003GET http://x.example/ HTTP/1.1\r\n\r\n`)).toMatchObject({
      head: { credentials: "Bearer abc" },
      lengthBytes: text.length,
    });
  });

  test.each([
    [
      "both lengths",
      carried("http://a.example/", "a.example", "Content-Length: 5", "Transfer-Encoding: chunked"),
      "length_in_two_ways",
    ],
    [
      "the same length twice",
      carried("http://a.example/", "a.example", "Content-Length: 5", "Content-Length: 5"),
      "length_in_two_ways",
    ],
    ["a length with a sign", carried("http://a.example/", "a.example", "Content-Length: +5"), "bad_header"],
    ["a list of lengths", carried("http://a.example/", "a.example", "Content-Length: 5, 5"), "bad_header"],
    [
      "a length in hexadecimal",
      carried("http://a.example/", "a.example", "Content-Length: 0x5"),
      "bad_header",
    ],
    [
      "a coding that some read as chunked",
      carried("http://a.example/", "a.example", "Transfer-Encoding: xchunked"),
      "bad_header",
    ],
    [
      "a coding after chunked",
      carried("http://a.example/", "a.example", "Transfer-Encoding: chunked, identity"),
      "bad_header",
    ],
    [
      "chunks in HTTP/1.0",
      "POST http://a.example/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "bad_header",
    ],
    ["a body before a tunnel", tunnel("a.example:443", "Content-Length: 5"), "body_in_tunnel_request"],
    [
      "chunks before a tunnel",
      tunnel("a.example:443", "Transfer-Encoding: chunked"),
      "body_in_tunnel_request",
    ],
    ["a folded line", carried("http://a.example/", "a.example", "X: 1", " Content-Length: 5"), "folded_line"],
    ["a folded first line", "GET http://a.example/ HTTP/1.1\r\n Host: a.example\r\n\r\n", "folded_line"],
    ["a line feed alone", "GET http://a.example/ HTTP/1.1\nHost: a.example\n\n", "bare_line_feed"],
    [
      "a line feed in a value",
      carried("http://a.example/", "a.example", "X: 1\nContent-Length: 5"),
      "bare_line_feed",
    ],
    [
      "a carriage return alone",
      carried("http://a.example/", "a.example", "X: 1\rContent-Length: 5"),
      "bare_line_feed",
    ],
    ["a NUL", carried("http://a.example/", "a.example", "X: \u0000"), "control_character"],
    [
      "a blank before the colon",
      carried("http://a.example/", "a.example", "Content-Length : 5"),
      "bad_header",
    ],
    ["a header without a name", carried("http://a.example/", "a.example", ": 5"), "bad_header"],
    ["a line without a colon", carried("http://a.example/", "a.example", "five"), "bad_header"],
    [
      "two credentials",
      tunnel("a.example:443", "Proxy-Authorization: Bearer a", "Proxy-Authorization: Bearer b"),
      "bad_header",
    ],
    ["another host", carried("http://a.example/", "b.example"), "host_differs"],
    ["another port", carried("http://a.example:8080/", "a.example"), "host_differs"],
    ["two hosts", carried("http://a.example/", "a.example", "Host: a.example"), "host_differs"],
    ["no host", "GET http://a.example/ HTTP/1.1\r\n\r\n", "host_missing"],
    [
      "another host than the tunnel's",
      "CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n",
      "host_differs",
    ],
    [
      "another port than the tunnel's",
      "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:80\r\n\r\n",
      "host_differs",
    ],
    ["a path alone", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "not_a_proxy_request"],
    ["https to be carried on", carried("https://a.example/", "a.example"), "not_a_proxy_request"],
    ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", "not_a_proxy_request"],
    ["a fragment", carried("http://a.example/#x", "a.example"), "not_a_proxy_request"],
    ["a tunnel to a URL", tunnel("http://a.example/"), "not_a_proxy_request"],
    ["a tunnel without a port", tunnel("a.example"), "bad_target"],
    ["port 0", tunnel("a.example:0"), "bad_target"],
    ["a port too high", tunnel("a.example:65536"), "bad_target"],
    ["somebody's password", carried("http://user:secret@a.example/", "a.example"), "bad_target"],
    ["a name of one label", tunnel("localhost:443"), "bad_target"],
    ["a wildcard", tunnel("*.example.com:443"), "bad_target"],
    ["a final dot", tunnel("a.example.:443"), "bad_target"],
    ["an address in octal", tunnel("0177.0.0.1:443"), "bad_target"],
    ["an address as one number", tunnel("2130706433:443"), "bad_target"],
    ["a short address", tunnel("127.1:443"), "bad_target"],
    ["IPv4 in IPv6", tunnel("[::ffff:127.0.0.1]:443"), "bad_target"],
    ["a zone", tunnel("[fe80::1%25eth0]:443"), "bad_target"],
    ["HTTP/2 in clear text", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad_request_line"],
    ["two blanks", "CONNECT  a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", "bad_request_line"],
    [
      "an empty first line",
      "\r\nCONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
      "bad_request_line",
    ],
    [
      "a method that is none",
      "CON(NECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
      "bad_request_line",
    ],
    [
      "too many headers",
      tunnel("a.example:443", ...Array.from({ length: 100 }, (_, at) => `X${at}: 1`)),
      "head_too_large",
    ],
    ["a head too long", tunnel("a.example:443", `X: ${"x".repeat(HEAD_BYTES_MAX)}`), "head_too_large"],
    [
      "a head that does not end",
      `CONNECT a.example:443 HTTP/1.1\r\nX: ${"x".repeat(HEAD_BYTES_MAX)}`,
      "head_too_large",
    ],
  ])("is refused with %s", (_what, text, reason) => {
    expect(read(text)).toMatchObject({ state: "bad", reason });
  });

  test("is waited for, byte by byte, and then read as if it had come at once", () => {
    const bytes = Buffer.from(tunnel("api.workos.com:443", "X: 1"));
    for (let end = 0; end < bytes.length; end += 1)
      expect(readRequestHead(bytes.subarray(0, end), Math.max(0, end - 1)).state).toBe("more");
    expect(readRequestHead(bytes, bytes.length - 1)).toEqual(readRequestHead(bytes));
  });

  test("is read or refused, never more, of whatever comes", () => {
    const good = Buffer.from(carried("http://a.example:80/", "a.example", "Content-Length: 5"));
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(good);
        changed[at % changed.length] = byte;
        expect(["more", "bad", "read"]).toContain(readRequestHead(changed).state);
      }),
    );
  });
});
