/** What stands around the field for a report: English in the console, the visitor's language in the portal. */
export interface DropWords {
  drop: string;
  dropNow: string;
  choose: string;
  tooLarge: string;
  reading: string;
}

export const CONSOLE_DROP_WORDS: DropWords = {
  drop: "Drop the report here: the file that ends in .sallyport-doctor.json.",
  dropNow: "Let go to bring it in.",
  choose: "Choose a file",
  tooLarge: "This file is larger than any report of the doctor. Nothing of it was read.",
  reading: "Reading the report",
};
