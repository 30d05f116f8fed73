import { expect, test } from "vitest";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { authenticationStage } from "#tests/support/authentication.ts";
import { codeIn, messagesTo } from "#tests/support/messages.ts";

const { call, goForward, newUser, stage } = authenticationStage();
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const change = (id: string, new_email: string) =>
  call("POST", `/user_management/users/${id}/email_change/send`, { new_email });
const confirmChange = (id: string, code: string) =>
  call("POST", `/user_management/users/${id}/email_change/confirm`, { code });

test("an e-mail address is changed by the code that was sent to the new one, and verified by it", async () => {
  const { id, email } = await newUser({ email_verified: false });
  const sent = await change(id, "moved@example.com");
  expect(sent).toMatchObject({
    status: 200,
    body: { object: "email_change", new_email: "moved@example.com", user: { id, email } },
  });
  expect(JSON.stringify(sent.body)).not.toMatch(/"code"/);
  const [message] = await messagesTo(stage().admin, stage().here.id, "moved@example.com");
  expect(message?.kind).toBe("email_change");
  const done = await confirmChange(id, codeIn(message?.text ?? ""));
  expect(done).toMatchObject({
    status: 200,
    body: {
      object: "email_change_confirmation",
      user: { id, email: "moved@example.com", email_verified: true },
    },
  });
});

test("a change of address that cannot be is refused, each by its name", async () => {
  const { id, email } = await newUser();
  const other = await newUser();
  expect((await change(id, "nowhere")).body.code).toBe("invalid_email");
  expect((await change(id, "nowhere")).status).toBe(422);
  expect(await change(id, email.toUpperCase())).toMatchObject({
    status: 409,
    body: { code: "email_change_not_needed" },
  });
  expect(await change(id, other.email)).toMatchObject({
    status: 409,
    body: { code: "email_not_available" },
  });
  expect(await confirmChange(id, "123456")).toMatchObject({
    status: 409,
    body: { code: "no_pending_email_change" },
  });
});

test("a code for a change of address that is wrong, old, used, taken or tried too often is refused", async () => {
  const { id } = await newUser();
  const send = async (to: string) => {
    expect((await change(id, to)).status).toBe(200);
    return codeIn((await messagesTo(stage().admin, stage().here.id, to)).at(-1)?.text ?? "");
  };
  const first = await send("first@example.com");
  expect((await confirmChange(id, wrong(first))).body.code).toBe("email_change_code_incorrect");
  goForward(11 * MINUTE_MS);
  expect((await confirmChange(id, first)).body.code).toBe("email_change_code_expired");
  goForward(0);
  await call("POST", "/user_management/users", { email: "first@example.com" });
  expect(await confirmChange(id, first)).toMatchObject({
    status: 409,
    body: { code: "email_not_available" },
  });
  const second = await send("second@example.com");
  expect((await confirmChange(id, second)).status).toBe(200);
  expect(await confirmChange(id, second)).toMatchObject({
    status: 409,
    body: { code: "email_change_code_previously_used" },
  });
  const third = await send("third@example.com");
  for (let tries = 0; tries < 5; tries += 1) await confirmChange(id, wrong(third));
  expect(await confirmChange(id, third)).toMatchObject({
    status: 429,
    body: { code: "email_change_too_many_attempts" },
  });
});

test("the address of somebody whom a directory manages is not changed by a code either", async () => {
  const { id } = await newUser();
  const { body } = await call("POST", "/user_management/organization_memberships", {
    user_id: id,
    organization_id: stage().here.organizationId,
  });
  await stage().admin.query(
    "UPDATE identity.organization_memberships SET directory_managed = true WHERE id = $1",
    [body.id],
  );
  expect(await change(id, "out@example.com")).toMatchObject({
    status: 409,
    body: { code: "email_change_not_allowed" },
  });
});
