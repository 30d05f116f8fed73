"use client";

/**
 * Dialogs add a style element while they lock scrolling. The content security policy lets it in only with the page's
 * nonce, which their library reads from this well-known global. Must run before the first dialog opens.
 */
export function StyleNonce() {
  if (typeof document !== "undefined") {
    const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
    Object.assign(globalThis, { __webpack_nonce__: nonce });
  }
  return null;
}
