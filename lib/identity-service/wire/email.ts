/** One @ between something and a domain; no blanks, control characters or further addresses. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;:"()[\]\\\p{C}]+@[^\s@<>,;:"()[\]\\\p{C}]+$/u.test(text);
}

/** What an address is compared by: two spellings of it are one person. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}
