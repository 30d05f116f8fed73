import type { StatusTone } from "#components/ui/status.tsx";
import type { DomainOutcome, DomainVerdict } from "#lib/drivers/domain-port.ts";

interface Word {
  tone: StatusTone;
  word: string;
}

export const DOMAIN_STATES: Record<string, Word> = {
  verified: { tone: "positive", word: "Verified" },
  pending: { tone: "caution", word: "Waits for its record" },
  failed: { tone: "negative", word: "Given up after 30 days" },
};

/** What was found, in few words, and what to do about it. */
export const VERDICTS: Record<DomainVerdict, Word & { advice: string }> = {
  found: { tone: "positive", word: "Record found", advice: "" },
  wrong_value: {
    tone: "negative",
    word: "Another value",
    advice:
      "There is a record of ours, but with another value: an old one, one of another site, or one with quotes around it. Publish exactly the value above.",
  },
  doubled_name: {
    tone: "negative",
    word: "Name doubled",
    advice:
      "The record is there, twice the domain deep: the form of the DNS provider adds the domain to what is typed. Enter only the part of the name before the domain.",
  },
  no_record: {
    tone: "caution",
    word: "No record yet",
    advice: "The domain is known, and has no such record. A new one may take an hour to be seen everywhere.",
  },
  no_such_domain: {
    tone: "caution",
    word: "Domain unknown",
    advice:
      "The site's name servers know no such domain. Is it spelled right? A domain that is only known outside cannot be proven from inside the site: verify it by hand.",
  },
  no_answer: {
    tone: "negative",
    word: "No answer",
    advice: "The site's name servers did not answer. That says nothing about the record.",
  },
};

export const OUTCOMES: Record<DomainOutcome, string> = {
  records: "TXT records found",
  no_records: "No TXT record here",
  no_such_name: "No such name (NXDOMAIN)",
  timed_out: "No answer within 2 seconds",
  refused: "The name server refused to answer",
  unreachable: "The name server could not be reached",
  failed: "The name server failed (SERVFAIL)",
};
