import "server-only";
import type { z } from "zod";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
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
  return await run(schema, form, (input) => command(actor, input), actor.id);
}

/**
 * The same for what is done before there is an actor: signing in, and following a one-time link. Whoever found out by
 * other means who asks gives the id, for the log.
 */
export function runOpenAction<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (input: z.output<Input>) => Promise<Value>,
  actorId: string | null = null,
): Promise<ActionState<Value>> {
  return run(schema, form, command, actorId);
}

async function run<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (input: z.output<Input>) => Promise<Value>,
  actorId: string | null,
): Promise<ActionState<Value>> {
  const parsed = schema.safeParse(form instanceof FormData ? formObject(form) : form);
  if (!parsed.success) return invalid(parsed.error);
  try {
    return { status: "done", value: await command(parsed.data) };
  } catch (error) {
    if (error instanceof AppError)
      return { status: "error", message: error.message, fields: { ...error.fields } };
    const reference = newId("err");
    log().error({ err: error, reference, actorId }, "an action failed");
    return {
      status: "error",
      message: `This did not work, and nothing was changed. Quote ${reference} to support.`,
    };
  }
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

function invalid(error: z.ZodError): ActionState<never> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".")] ??= issue.message;
  return { status: "error", message: "Some fields need another look.", fields };
}
