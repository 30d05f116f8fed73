/** One thing that was tried. `code` is a word that a program can translate, `message` the same in a sentence. */
export interface ProbeStep {
  id: "name" | "connection" | "encryption" | "account" | "people" | "groups";
  result: "passed" | "failed" | "skipped";
  code: string;
  message: string;
  facts: Facts;
}

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export function passed(id: ProbeStep["id"], code: string, facts: Facts = {}): ProbeStep {
  return { id, result: "passed", code, message: "", facts };
}

export function problem(id: ProbeStep["id"], code: string, message: string, facts: Facts = {}): ProbeStep {
  return { id, result: "failed", code, message, facts };
}

export function skipped(id: ProbeStep["id"], code: string): ProbeStep {
  return { id, result: "skipped", code, message: "", facts: {} };
}
