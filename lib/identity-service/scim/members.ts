import type { MemberChange } from "../directories/ingest/members.ts";
import { ScimError } from "./errors.ts";
import type { Filter } from "./filter.ts";
import { isAttributes, keyOf } from "./match.ts";
import type { Operation } from "./operations.ts";

/** Members are rows of their own: they are changed without reading those that stay. */
export function isMemberOperation({ path }: Operation): boolean {
  return path.name.toLowerCase() === "members";
}

/** What a sequence of operations comes to. Null for none. */
export function readMemberChange(operations: readonly Operation[]): MemberChange | null {
  if (operations.length === 0) return null;
  const add = new Set<string>();
  let remove: Set<string> | "all" = new Set<string>();
  for (const { op, path, value } of operations) {
    if (path.part !== null || (path.filter && op !== "remove"))
      throw new ScimError(400, "Members are added and removed, and have no parts to change.", "invalidPath");
    // Named by nothing at all, all of them are removed; by an empty list, none.
    const all = !path.filter && (value === undefined || value === null);
    const named = path.filter ? chosenBy(path.filter) : all ? [] : memberIds(value);
    if (op === "replace" || (op === "remove" && all)) {
      add.clear();
      remove = "all";
    }
    for (const id of named) {
      if (op === "remove") add.delete(id);
      else add.add(id);
      if (remove === "all") continue;
      if (op === "remove") remove.add(id);
      else remove.delete(id);
    }
  }
  return { add: [...add], remove: remove === "all" ? "all" : [...remove] };
}

/** The ids in a list of members: objects with a value, or the bare ids. */
export function memberIds(value: unknown): string[] {
  return [value].flat().map((member) => {
    const id = isAttributes(member) ? member[keyOf(member, "value") ?? ""] : member;
    if (typeof id !== "string" || id === "")
      throw new ScimError(400, "Each member must have a 'value', the id of a user.", "invalidValue");
    const type = isAttributes(member) ? member[keyOf(member, "type") ?? ""] : undefined;
    if (typeof type === "string" && type.toLowerCase() === "group")
      throw new ScimError(400, "A group has users for members, and no groups.", "invalidValue");
    return id;
  });
}

/** `members[value eq "…"]`, or several of them. */
function chosenBy(filter: Filter): string[] {
  if (filter.kind === "or") return [...chosenBy(filter.left), ...chosenBy(filter.right)];
  if (
    filter.kind === "compare" &&
    filter.operator === "eq" &&
    filter.path.name.toLowerCase() === "value" &&
    typeof filter.value === "string"
  )
    return [filter.value];
  throw new ScimError(400, 'Choose members by their value: members[value eq "…"].', "invalidFilter");
}
