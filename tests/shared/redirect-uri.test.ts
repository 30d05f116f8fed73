import { expect, test } from "vitest";
import { redirectUriProblem } from "#lib/shared/redirect-uri.ts";
import { redirectUriMatches } from "#lib/shared/redirect-uri-match.ts";

const production = { kind: "production", isDefault: false } as const;
const staging = { kind: "staging", isDefault: false } as const;

test.each([
  ["https://app.example.com/callback", production],
  ["https://app.example.com:8443/callback?from=sso", production],
  ["http://127.0.0.1:4567/callback", production],
  ["http://127.0.0.1:*/callback", production],
  ["https://*.example.com/callback", production],
  ["https://tenant-*.example.co.uk/callback", production],
  ["https://*-preview.example.com:8443/callback", production],
  ["com.example.app://callback", production],
  ["http://localhost:3000/callback", staging],
  ["http://localhost:*/callback", staging],
  ["http://[::1]:*/callback", staging],
  ["http://app.internal.example/callback", staging],
])("accepts %s", (uri, use) => {
  expect(redirectUriProblem(uri, use)).toBeNull();
});

test.each([
  ["app.example.com/callback", production, /complete URL/],
  ["https://app.example.com/callback#top", production, /fragment/],
  ["https://user:secret@app.example.com/callback", production, /password/],
  ["https://app.example.com\\@evil.example/", production, /backslash/],
  ["http://app.example.com/callback", production, /https/],
  ["http://localhost:3000/callback", production, /localhost/],
  ["https://localhost/callback", production, /localhost/],
  ["javascript://app.example.com/%0aalert(1)", staging, /javascript/],
  ["https://*.*.example.com/callback", production, /at most one wildcard/],
  ["https://app.*.example.com/callback", production, /left-most/],
  ["https://app.example.com/*", production, /left-most/],
  ["https://*/callback", production, /one part/],
  ["https://*.com/callback", production, /anybody/],
  ["https://*.co.uk/callback", production, /anybody/],
  ["https://*.vercel.app/callback", production, /anybody/],
  ["https://preview-*.ngrok-free.app/callback", staging, /anybody/],
  ["https://app.example.com:*/callback", staging, /loopback/],
  ["https://*.example.com/callback", { kind: "production", isDefault: true } as const, /default/],
  ["http://*.127.0.0.1/callback", production, /https|complete URL/],
])("refuses %s, saying why", (uri, use, reason) => {
  expect(redirectUriProblem(uri, use)).toMatch(reason);
});

test.each([
  ["https://a.example/cb", "https://a.example/cb", true],
  ["https://a.example/cb", "https://a.example/cb/", false],
  ["https://a.example/cb", "https://A.example/cb", false],
  ["https://a.example/cb", "https://a.example/cb?x=1", false],
  ["https://*.a.example/cb", "https://tenant_1-x.a.example/cb", true],
  ["https://*.a.example/cb", "https://one.two.a.example/cb", false],
  ["https://*.a.example/cb", "https://.a.example/cb", false],
  ["https://*.a.example/cb", "https://evil.example/?.a.example/cb", false],
  ["https://*.a.example/cb", "https://x@evil.a.example/cb", false],
  ["http://localhost:*/cb", "http://localhost:3000/cb", true],
  ["http://localhost:*/cb", "http://localhost:/cb", false],
  ["http://localhost:*/cb", "http://localhost:80@evil.example:1/cb", false],
  ["https://*a.example/cb", "https://a.example/cb", false],
])("%s against %s: %s", (registered, requested, matches) => {
  expect(redirectUriMatches(registered, requested)).toBe(matches);
});
