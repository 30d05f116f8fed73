import { describe, expect, test } from "vitest";
import { differences } from "#lib/audit/difference.ts";
import { AUDIT_ACTIONS } from "#lib/audit/schema.ts";
import { AUDIT_ACTION_LABELS, actionLabel, eventSentence, tellEvent } from "#lib/audit/words.ts";

const event = (action: string, over: Record<string, unknown> = {}) => ({
  action,
  actorName: "Operations desk",
  targetType: "deployment",
  targetId: "dep_1",
  targetName: "Frankfurt",
  detail: {},
  ...over,
});

describe("the words of the log", () => {
  test("say who did what to what", () => {
    expect(eventSentence(event("deployment.create"))).toBe(
      "Operations desk created the deployment Frankfurt.",
    );
    expect(eventSentence(event("allowlist.export", { detail: { format: "nftables" } }))).toBe(
      "Operations desk exported the allowlist of Frankfurt as nftables.",
    );
    expect(eventSentence(event("session.sign_in"))).toBe("Operations desk signed in.");
  });

  test.each(AUDIT_ACTIONS)("%s has a label of its own and a sentence", (action) => {
    expect(AUDIT_ACTION_LABELS.filter(({ label }) => label === actionLabel(action)).length).toBe(1);
    expect(eventSentence(event(action))).toMatch(/^Operations desk [a-z].*\.$/);
    expect(eventSentence(event(action))).not.toMatch(/[{}]|undefined/);
  });

  test("name a target without a name by its id", () => {
    expect(tellEvent(event("deployment.change", { targetName: "" })).target).toBe("dep_1");
  });

  test("still tell what a later version wrote", () => {
    expect(eventSentence(event("bundle.sign"))).toBe("Operations desk did bundle.sign to Frankfurt.");
  });

  test("are no recordings of reading", () => {
    expect(AUDIT_ACTIONS.filter((action) => action.endsWith(".read"))).toEqual([]);
  });
});

describe("what an event changed", () => {
  test("is said field by field, nested ones by their path", () => {
    expect(
      differences({ a: 1, b: { c: "x" }, gone: true }, { a: 2, b: { c: "x" }, list: ["p", "q"] }),
    ).toEqual([
      { field: "a", before: "1", after: "2", changed: true },
      { field: "b.c", before: "x", after: "x", changed: false },
      { field: "gone", before: "true", after: undefined, changed: true },
      { field: "list", before: undefined, after: "p\nq", changed: true },
    ]);
  });

  test("tells empty from absent, and nothing from nothing", () => {
    expect(differences({ a: null }, { a: "" })).toEqual([
      { field: "a", before: "", after: "", changed: false },
    ]);
    expect(differences(null, null)).toEqual([]);
  });
});
