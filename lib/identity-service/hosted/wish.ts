import { SignInRefusal } from "../sso/refusal.ts";
import { one, type Params } from "../wire/params.ts";

/** How much the person may be asked, as the application wishes (OpenID Connect Core 1.0, 3.1.2.1). */
export interface Wish {
  /** `prompt=none`: nothing at all. */
  silent: boolean;
  /** `prompt=login` or `select_account`: to sign in, whoever they are already. */
  anew: boolean;
  /** `prompt=consent` */
  consent: boolean;
  /** How long ago they may have signed in, in seconds. */
  maxAgeS: number | null;
}

/** @throws SignInRefusal `invalid_request` */
export function readWish(query: Params): Wish {
  const prompts = (one(query, "prompt") ?? "").split(" ").filter((prompt) => prompt !== "");
  if (prompts.includes("none") && prompts.length > 1)
    throw new SignInRefusal("invalid_request", "A prompt of none leaves no room for another.");
  const maxAge = one(query, "max_age");
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge))
    throw new SignInRefusal("invalid_request", "The max_age must be a number of seconds.");
  return {
    silent: prompts.includes("none"),
    anew: prompts.includes("login") || prompts.includes("select_account"),
    consent: prompts.includes("consent"),
    maxAgeS: maxAge === undefined ? null : Number(maxAge),
  };
}

/** Of a sign-in through an identity provider: how long ago it asked for a password is not known here, so it asks again. */
export function asksAnew({ anew, maxAgeS }: Wish): boolean {
  return anew || maxAgeS !== null;
}
