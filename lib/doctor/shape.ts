/** How large a report may be: below what a form of the console may send. */
export const REPORT_BYTES_MAX = 900 * 1024;
