/** What a form shows after its action ran. `value` is what the command returned, such as a secret shown once. */
export type ActionState<Value = unknown> =
  | { status: "idle" }
  | { status: "done"; message?: string; value: Value }
  | { status: "error"; message: string; fields?: Record<string, string> };

export const IDLE: ActionState<never> = { status: "idle" };
