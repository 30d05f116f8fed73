export type CsvValue = string | number | boolean | null;

/** One line of a CSV file (RFC 4180), its line break included. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(",")}\r\n`;
}

/**
 * Spreadsheets run a cell that begins like a formula, so whoever can name a rule or a person could make an auditor's
 * machine call out. An apostrophe before it makes it text. Numbers of our own stay numbers.
 */
function csvCell(value: CsvValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[\s\0]*[=+\-@|%\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
