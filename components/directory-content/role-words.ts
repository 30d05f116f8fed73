/** What the screens about roles say, by whoever shows them: the console in English, the portal in its language. */
export interface RoleWords {
  /** "Marketing, 1,204 people" */
  group: (name: string, members: number) => string;
  goneGroup: string;
  find: string;
  findHint: string;
  finding: string;
  foundNone: string;
  foundMore: (count: number) => string;
  add: (group: string) => string;
  order: string;
  role: (group: string) => string;
  moveUp: (group: string) => string;
  moveDown: (group: string) => string;
  remove: (group: string) => string;
  none: string;
  preview: string;
  columns: { role: string; now: string; after: string; gain: string; lose: string };
  people: (count: number) => string;
  nobody: string;
}

export const ROLE_WORDS: RoleWords = {
  group: (name, members) => `${name}, ${members.toLocaleString("en")} ${members === 1 ? "person" : "people"}`,
  goneGroup: "A group that is gone",
  find: "Find a group",
  findHint: "Type a part of its name. The largest groups stand here first.",
  finding: "Looking",
  foundNone: "No group of this directory has that in its name.",
  foundMore: (count) => `${count.toLocaleString("en")} more. Type more of the name.`,
  add: (group) => `Add ${group}`,
  order: "Somebody in several of these groups has all of their roles; the topmost is their main one.",
  role: (group) => `Role for ${group}`,
  moveUp: (group) => `Move ${group} up`,
  moveDown: (group) => `Move ${group} down`,
  remove: (group) => `Remove ${group}`,
  none: "No group gives a role yet. Add one from the list.",
  preview: "Preview",
  columns: { role: "Role", now: "Now", after: "Then", gain: "Get it", lose: "Lose it" },
  people: (count) => count.toLocaleString("en"),
  nobody: "These groups give nobody a role.",
};
