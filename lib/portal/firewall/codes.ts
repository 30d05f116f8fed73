import "server-only";
import { TEXTS } from "../texts/index.ts";

export type WordedCode = keyof typeof TEXTS.en.firewall.codes;

/** Whether the portal has its own words for what the doctor found; a newer doctor may know more. */
export function hasWordsFor(code: string): code is WordedCode {
  return Object.hasOwn(TEXTS.en.firewall.codes, code);
}
