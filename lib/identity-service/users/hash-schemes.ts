import {
  type BinaryLike,
  createCipheriv,
  createHash,
  pbkdf2,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";
import { verify as verifyArgon2 } from "@node-rs/argon2";
import { verify as verifyBcrypt } from "@node-rs/bcrypt";

/** Whether a password is the one that was hashed. */
type Check = (password: string) => Promise<boolean>;

const SCRYPT_BYTES_MAX = 256 * 1024 * 1024;
const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

/**
 * The ways a password may have been hashed: each reads what is kept in its format, or returns null. What would cost more
 * than a sign-in may is none of them. The formats are those WorkOS documents for its imports.
 */
export const SCHEMES = { argon2, bcrypt, scrypt: plainScrypt, pbkdf2: plainPbkdf2, firebase, salted };

export function readHash(kept: string): Check | null {
  for (const read of Object.values(SCHEMES)) {
    const check = read(kept);
    if (check) return check;
  }
  return null;
}

/** `$argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>` */
function argon2(kept: string): Check | null {
  const found = /^\$argon2(id|i|d)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[\w+/]{11,86}\$[\w+/]{16,342}$/.exec(kept);
  if (!found) return null;
  const [memory = 0, time = 0, lanes = 0] = found.slice(2).map(Number);
  const within = memory >= 4_096 && memory <= 262_144 && time <= 5 && lanes >= 1 && lanes <= 8;
  if (!within || time < (found[1] === "i" ? 3 : 1)) return null;
  // One password has one form, whichever keyboard it was typed on (RFC 8265). Elsewhere it may have been hashed as typed.
  return async (password) => {
    const normal = password.normalize("NFKC");
    return (
      (await verifyArgon2(kept, normal)) || (normal !== password && (await verifyArgon2(kept, password)))
    );
  };
}

/** `$2b$10$<salt and hash>` */
function bcrypt(kept: string): Check | null {
  const found = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(kept);
  const cost = Number(found?.[1]);
  return found && cost >= 4 && cost <= 16 ? (password) => verifyBcrypt(password, kept) : null;
}

/** `$scrypt$v=1$n=16384,r=8,p=1,kl=64$<salt>$<hash>` */
function plainScrypt(kept: string): Check | null {
  const found = /^\$scrypt\$(?:v=1\$)?([a-z0-9=,]+)\$([\w+/=]+)\$([\w+/=]+)$/.exec(kept);
  if (!found) return null;
  const named = fields(found[1] ?? "");
  const [n = 0, r = 0, p = 0] = ["n", "r", "p"].map((name) => Number(named.get(name)));
  const [salt, key] = [bytes(found[2]), bytes(found[3])];
  if (!isAffordable(n, r, p) || Number(named.get("kl") ?? key.length) !== key.length) return null;
  if (key.length < 16 || key.length > 128) return null;
  return async (password) =>
    same(await deriveScrypt(password, salt, key.length, scryptOptions(n, r, p)), key);
}

/** `$pbkdf2$i=600000,d=sha256$<salt>$<hash>` */
function plainPbkdf2(kept: string): Check | null {
  const found = /^\$pbkdf2\$(?:v=1\$)?([a-z0-9=,]+)\$([\w+/=]+)\$([\w+/=]+)$/.exec(kept);
  if (!found) return null;
  const named = fields(found[1] ?? "");
  const [digest = "", rounds] = [named.get("d"), Number(named.get("i"))];
  const roundsMin = { sha256: 600_000, sha512: 210_000 }[digest];
  const [salt, key] = [bytes(found[2]), bytes(found[3])];
  const fits = roundsMin !== undefined && rounds >= roundsMin && rounds <= 1_000_000;
  if (!fits || !Number.isInteger(rounds) || key.length < 16 || key.length > 64) return null;
  return async (password) => same(await derivePbkdf2(password, salt, rounds, key.length, digest), key);
}

/**
 * `$firebase-scrypt$hash=…$salt=…$sk=…$ss=…$r=8$m=14`: scrypt makes the key under which the project's signer key is
 * encrypted, and that is the hash.
 */
function firebase(kept: string): Check | null {
  const body = /^\$firebase-scrypt\$(.+)$/.exec(kept)?.[1];
  if (!body) return null;
  const named = fields(body);
  const [r = 0, m = 0] = ["r", "m"].map((name) => Number(named.get(name)));
  const [key, salt, signer, separator] = ["hash", "salt", "sk", "ss"].map((name) => bytes(named.get(name)));
  if (!key?.length || !salt?.length || key.length !== signer?.length || !separator) return null;
  if (!Number.isInteger(m) || !isAffordable(2 ** m, r, 1)) return null;
  return async (password) => {
    const salted = Buffer.concat([salt, separator]);
    const derived = await deriveScrypt(password, salted, 32, scryptOptions(2 ** m, r, 1));
    return same(createCipheriv("aes-256-ctr", derived, Buffer.alloc(16)).update(signer), key);
  };
}

/**
 * `{SSHA}suffix$<salt>$argon2id…`: an imported salted SHA digest as it is kept, hashed once more with argon2id, for by
 * itself it is guessed in no time.
 */
function salted(kept: string): Check | null {
  const found = /^\{(SSHA|SSHA256)\}(prefix|suffix)\$([\w+/=]*)(\$argon2id\$.+)$/.exec(kept);
  const [, kind, position, salt, wrapped] = found ?? [];
  const check = argon2(wrapped ?? "");
  if (!check) return null;
  return async (password) => {
    const parts = [Buffer.from(password), bytes(salt)];
    const hasher = createHash(kind === "SSHA" ? "sha1" : "sha256");
    for (const part of position === "prefix" ? parts.toReversed() : parts) hasher.update(part);
    return await check(hasher.digest("base64"));
  };
}

/** `a=1,b=2` or `a=1$b=2`; values in base64 may end in `=` themselves. */
function fields(text: string): Map<string, string> {
  return new Map(text.split(/[$,]/).map((each) => [each.replace(/=.*/, ""), each.replace(/^[^=]*=/, "")]));
}

function isAffordable(n: number, r: number, p: number): boolean {
  const isPowerOfTwo = Number.isInteger(Math.log2(n)) && n > 1;
  const counts = [r, p].every((count) => Number.isInteger(count) && count >= 1);
  return isPowerOfTwo && counts && 128 * n * r <= SCRYPT_BYTES_MAX && p <= 8;
}

function scryptOptions(n: number, r: number, p: number): ScryptOptions {
  return { N: n, r, p, maxmem: 2 * SCRYPT_BYTES_MAX };
}

function bytes(base64: string | undefined): Buffer {
  return Buffer.from(base64 ?? "", "base64");
}

function same(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
