/** The name in what somebody pasted: what stands around it, such as an address's scheme and path, is taken off. */
export function bareName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/^[^@/]*@/, "")
    .replace(/[/?#].*$/, "")
    .replace(/\.$/, "");
}
