import { createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { hashSync as argon2 } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { type HashType, keepImportedHash } from "#lib/identity-service/users/imported-hash.ts";
import { hashPassword, isOutdated, verifyPassword } from "#lib/identity-service/users/password.ts";

const PASSWORD = "two gates, één haven";
const SALT = Buffer.from("a salt of its own");
const b64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
const sha = (kind: string, ...parts: (string | Buffer)[]) =>
  parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash(kind)).digest();

// The example that the maker of this scheme publishes for its own implementation.
const FIREBASE =
  "$firebase-scrypt$hash=lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$salt=42xEC+ixf3L2lw==$sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$ss=Bw==$r=8$m=14";

const imports: [string, HashType, string, string, ("prefix" | "suffix")?][] = [
  ["bcrypt", "bcrypt", "$2b$04$20l1D8fX1tXGvrJW9NmTzOe46Do5ZQCSFNuHiDk6ALPDdssgcQhVy", PASSWORD],
  [
    "bcrypt as PHP writes it",
    "bcrypt",
    "$2y$04$Hvri8Qs0euzvXwuwWPrUiewfUxwc4bj8fKuswJ6ojqv2/i.ezatCu",
    PASSWORD,
  ],
  ["argon2id", "argon2", argon2(PASSWORD, { memoryCost: 4096, timeCost: 1 }), PASSWORD],
  ["argon2i", "argon2", argon2(PASSWORD, { algorithm: 1, memoryCost: 4096, timeCost: 3 }), PASSWORD],
  ["argon2d", "argon2", argon2(PASSWORD, { algorithm: 0, memoryCost: 4096, timeCost: 1 }), PASSWORD],
  [
    "scrypt",
    "scrypt",
    `$scrypt$v=1$n=1024,r=8,p=1,kl=64$${b64(SALT)}$${b64(scryptSync(PASSWORD, SALT, 64, { N: 1024 }))}`,
    PASSWORD,
  ],
  [
    "pbkdf2 with SHA-256",
    "pbkdf2",
    `$pbkdf2$i=600000,d=sha256$${b64(SALT)}$${b64(pbkdf2Sync(PASSWORD, SALT, 600_000, 32, "sha256"))}`,
    PASSWORD,
  ],
  [
    "pbkdf2 with SHA-512",
    "pbkdf2",
    `$pbkdf2$i=210000,d=sha512$${b64(SALT)}$${b64(pbkdf2Sync(PASSWORD, SALT, 210_000, 64, "sha512"))}`,
    PASSWORD,
  ],
  [
    "ssha",
    "ssha",
    `{SSHA}${Buffer.concat([sha("sha1", PASSWORD, SALT), SALT]).toString("base64")}`,
    PASSWORD,
  ],
  [
    "ssha256",
    "ssha256",
    `{SSHA256}${Buffer.concat([sha("sha256", PASSWORD, SALT), SALT]).toString("base64")}`,
    PASSWORD,
  ],
  [
    "ssha256 with the salt before",
    "ssha256",
    `{SSHA256}${Buffer.concat([sha("sha256", SALT, PASSWORD), SALT]).toString("base64")}`,
    PASSWORD,
    "prefix",
  ],
  ["firebase-scrypt", "firebase-scrypt", FIREBASE, "user1password"],
];

test.each(imports)(
  "a password imported as %s is known again, and no other is",
  async (_, type, given, password, position) => {
    const kept = await keepImportedHash(type, given, position);
    expect(await verifyPassword(kept, password)).toBe(true);
    expect(await verifyPassword(kept, `${password} `)).toBe(false);
    expect(await verifyPassword(kept, "")).toBe(false);
    expect(isOutdated(kept)).toBe(true);
  },
);

test("a salted SHA digest is kept only as its argon2id hash", async () => {
  const digest = sha("sha1", PASSWORD, SALT);
  const kept = await keepImportedHash(
    "ssha",
    `{SSHA}${Buffer.concat([digest, SALT]).toString("base64")}`,
    undefined,
  );
  expect(kept).toMatch(/^\{SSHA\}suffix\$.+\$argon2id\$/);
  expect(kept).not.toContain(b64(digest));
  expect(kept).not.toContain(b64(Buffer.concat([digest, SALT])));
});

test("the documented examples of scrypt, pbkdf2 and argon2 are taken", async () => {
  for (const [type, hash] of [
    [
      "scrypt",
      "$scrypt$v=1$n=16384,r=8,p=1,kl=64$Swhqd4iUYTtWfbCYIPeuMw$q7pfdBQMJujd5FX/qX+ozM2O6aNqP+mo1ZnHGH15XM2vlhroQfPA037UpbdfpH4H66OrSPjsUhfkAMuNoBiQvw",
    ],
    [
      "pbkdf2",
      "$pbkdf2$i=600000,d=sha256$T2ptRFh6MXhDQVh2SWZuUGdpQXBUTg$xXiyTisD7390NijyCv5ICMhFW4eDuMlzypRoLGLyIvA",
    ],
    ["argon2", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG"],
  ] as const)
    expect(await keepImportedHash(type, hash, undefined)).toBe(hash);
});

const key = "A".repeat(43);
test.each<[string, HashType, string]>([
  ["bcrypt that would take minutes", "bcrypt", `$2b$31$${"a".repeat(53)}`],
  ["bcrypt cut short", "bcrypt", `$2b$10$${"a".repeat(52)}`],
  ["argon2 with all the memory there is", "argon2", `$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHQ$${key}`],
  ["argon2 with little memory", "argon2", `$argon2id$v=19$m=1024,t=3,p=1$c29tZXNhbHQ$${key}`],
  ["argon2i in one pass", "argon2", `$argon2i$v=19$m=4096,t=1,p=1$c29tZXNhbHQ$${key}`],
  ["argon2 of an old version", "argon2", `$argon2id$v=16$m=4096,t=3,p=1$c29tZXNhbHQ$${key}`],
  ["scrypt with all the memory there is", "scrypt", `$scrypt$v=1$n=1048576,r=32,p=1,kl=32$c2FsdA$${key}`],
  ["scrypt whose cost is no power of two", "scrypt", `$scrypt$v=1$n=1000,r=8,p=1,kl=32$c2FsdA$${key}`],
  ["scrypt of another length than it says", "scrypt", `$scrypt$v=1$n=1024,r=8,p=1,kl=64$c2FsdA$${key}`],
  ["pbkdf2 in few rounds", "pbkdf2", `$pbkdf2$i=1000,d=sha256$c2FsdA$${key}`],
  ["pbkdf2 in endless rounds", "pbkdf2", `$pbkdf2$i=1000000000,d=sha256$c2FsdA$${key}`],
  ["pbkdf2 with SHA-1", "pbkdf2", `$pbkdf2$i=600000,d=sha1$c2FsdA$${key}`],
  ["a digest without salt", "ssha", `{SSHA}${sha("sha1", "x").toString("base64")}`],
  ["SSHA given as SSHA256", "ssha256", `{SSHA}${Buffer.alloc(40).toString("base64")}`],
  ["firebase without a signer key", "firebase-scrypt", FIREBASE.replace(/\$sk=[^$]*/, "")],
  ["firebase with all the memory there is", "firebase-scrypt", FIREBASE.replace("m=14", "m=30")],
  [
    "our own way of keeping SSHA",
    "ssha",
    `{SSHA}suffix$c2FsdA==$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHQ$${key}`,
  ],
])("refuses to import %s", async (_what, type, given) => {
  await expect(keepImportedHash(type, given, undefined)).rejects.toMatchObject({
    status: 400,
    body: { code: "invalid_password_hash" },
  });
});

test("a password of ours is argon2id, one form whatever the keyboard, and needs no renewal", async () => {
  const kept = await hashPassword("caf\u00e9 by the harbour");
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(isOutdated(kept)).toBe(false);
  expect(await verifyPassword(kept, "cafe\u0301 by the harbour")).toBe(true);
  expect(await verifyPassword(kept, "cafe by the harbour")).toBe(false);
});

test("where there is no password none is right, and what is kept in no known format lets nobody in", async () => {
  expect(await verifyPassword(null, "")).toBe(false);
  expect(await verifyPassword(null, "the password of nobody")).toBe(false);
  expect(await verifyPassword("plain", "plain")).toBe(false);
  expect(await verifyPassword("", "")).toBe(false);
});
