import "server-only";
import type { z } from "zod";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { AppError, type Said } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import type { ActionState } from "./action-state.ts";
import { log } from "./log.ts";

/**
 * Finds the actor, parses what the browser sent, runs the command, and turns an `AppError` into a sentence. The only
 * `catch` between a form and the database. A failure we did not foresee is logged under a reference that the person can quote.
 */
export async function runAction<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (actor: Actor, input: z.output<Input>) => Promise<Value>,
): Promise<ActionState<Value>> {
  const actor = await requireActor();
  return await run(schema, form, (input) => command(actor, input), actor.id, inEnglish);
}

/** How a refusal is said to whoever is at the form. */
export type Say = (message: string, said: Said | null) => string | Promise<string>;
const inEnglish: Say = (message) => message;

/**
 * The same for what is done before there is an actor: signing in, and following a one-time link. Whoever found out by
 * other means who asks gives the id, for the log; whoever speaks another language, how refusals are said in it.
 */
export function runOpenAction<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (input: z.output<Input>) => Promise<Value>,
  actorId: string | null = null,
  say: Say = inEnglish,
): Promise<ActionState<Value>> {
  return run(schema, form, command, actorId, say);
}

async function run<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (input: z.output<Input>) => Promise<Value>,
  actorId: string | null,
  say: Say,
): Promise<ActionState<Value>> {
  const parsed = schema.safeParse(form instanceof FormData ? formObject(form) : form);
  if (!parsed.success)
    return await refused(declined("invalid", "look_again", {}, { fields: fieldsOf(parsed.error) }), say);
  try {
    return { status: "done", value: await command(parsed.data) };
  } catch (error) {
    if (error instanceof AppError) return await refused(error, say);
    const reference = newId("err");
    log().error({ err: error, reference, actorId }, "an action failed");
    return await refused(declined("unavailable", "action_failed", { reference }), say);
  }
}

async function refused({ message, said, fields }: AppError, say: Say): Promise<ActionState<never>> {
  const words = await say(message, said);
  // What is also said beside a field is said there in the same words.
  const beside = Object.entries(fields).map(([field, each]) => [field, each === message ? words : each]);
  return { status: "error", message: words, fields: Object.fromEntries(beside) };
}

/**
 * A form as an object: a name that occurs several times, or ends in `[]`, becomes an array. React's own `$ACTION` fields are left out.
 */
export function formObject(form: FormData): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    if (name.startsWith("$ACTION")) continue;
    const values = form.getAll(name);
    if (name.endsWith("[]")) object[name.slice(0, -2)] = values.filter((value) => value !== "");
    else object[name] = values.length > 1 ? values : values[0];
  }
  return object;
}

function fieldsOf(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issue.message;
  return fields;
}
