/** Where a key's private half is kept, which is sealed with it. */
export function keyContext(id: string): string {
  return `bundle_key:${id}:private_key`;
}
