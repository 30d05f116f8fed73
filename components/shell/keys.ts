/** What a person pressed, as far as shortcuts care. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

export type Meaning =
  | { do: "palette" | "help" | "rail" | "search" | "wait" }
  | { do: "go"; key: string }
  | { do: "nothing" };

/**
 * What a press means. `waiting`: the press before was `g`. `typing`: the focus is in a field, where only Ctrl or
 * Cmd K means something. `single`: the person has left shortcuts without Ctrl turned on.
 */
export function meaningOf(
  press: Press,
  state: { waiting: boolean; typing: boolean; single: boolean },
): Meaning {
  if ((press.ctrlKey || press.metaKey) && press.key.toLowerCase() === "k") return { do: "palette" };
  if (press.ctrlKey || press.metaKey || press.altKey || state.typing || !state.single)
    return { do: "nothing" };
  if (state.waiting) return { do: "go", key: press.key };
  switch (press.key) {
    case "g":
      return { do: "wait" };
    case "?":
      return { do: "help" };
    case "[":
      return { do: "rail" };
    case "/":
      return { do: "search" };
    default:
      return { do: "nothing" };
  }
}
