import { absoluteWords, dateWords } from "#components/ui/time-words.ts";
import type { ExportedAllowlist, ExportedRule } from "#lib/allowlist/formats/normal-form.ts";
import { serviceWords } from "./words.ts";

/** What is more is for a file: nobody reads a thousand rules on paper. */
const RULES_MAX = 1_000;

const DIRECTIONS = [
  { direction: "egress", title: "What may leave", none: "Nothing may leave." },
  { direction: "ingress", title: "What may come in", none: "Nothing may come in." },
] as const;

/** The rules in force as a change ticket holds them: each door with why it is open, for whom, and until when. */
export function RulesSheet({ allowlist }: { allowlist: ExportedAllowlist }) {
  const { deployment, exportedAt, digest, rules, sets } = allowlist;
  const shown = rules.slice(0, RULES_MAX);
  const names = new Map(sets.map(({ slug, name }) => [slug, name]));
  const nameOf = (rule: ExportedRule) =>
    (rule.peerKind === "address_set" && names.get(rule.peer)) || rule.peer;
  return (
    <article className="grid min-w-0 gap-6 rounded-lg border border-line bg-surface p-5 sm:p-8 print:block print:border-0 print:p-0">
      <header className="grid gap-1">
        <h2 className="font-semibold text-lg">
          Allowlist of {deployment.name}, {deployment.customerName}
        </h2>
        <p className="text-muted text-sm">
          As of {absoluteWords(exportedAt)}. Deny by default, on IPv4 and on IPv6: what no rule here names
          does not pass.
        </p>
        <p className="text-muted text-xs [overflow-wrap:anywhere]">
          {deployment.id} · content sha256:{digest}
        </p>
        {rules.length > RULES_MAX && (
          <p className="font-medium text-sm">
            The first {RULES_MAX} of {rules.length} rules. Take the whole list as CSV.
          </p>
        )}
      </header>
      {DIRECTIONS.map(({ direction, title, none }) => (
        <Direction
          key={direction}
          title={title}
          none={none}
          rules={shown.filter((rule) => rule.direction === direction)}
          nameOf={nameOf}
        />
      ))}
      {sets.length > 0 && (
        <section className="grid gap-2 print:mt-6">
          <h3 className="font-semibold text-sm">Address sets</h3>
          {sets.map((set) => (
            <div key={set.slug} className="grid gap-0.5 break-inside-avoid">
              <h4 className="font-medium text-sm">
                {set.name}, version {set.number}
              </h4>
              <p className="font-mono text-xs [overflow-wrap:anywhere]">{set.cidrs.join(", ")}</p>
            </div>
          ))}
        </section>
      )}
      <footer className="grid gap-6 pt-4 text-sm sm:grid-cols-2 print:mt-10 print:grid-cols-2">
        {["Opened by, date", "Checked by, date"].map((label) => (
          <div key={label} className="border-line-strong border-t pt-1 text-muted text-xs">
            {label}
          </div>
        ))}
      </footer>
    </article>
  );
}

interface DirectionProps {
  title: string;
  none: string;
  rules: readonly ExportedRule[];
  /** The peer as people know it: a set by its name. */
  nameOf: (rule: ExportedRule) => string;
}

function Direction({ title, none, rules, nameOf }: DirectionProps) {
  return (
    <section className="grid min-w-0 gap-2 print:mt-6">
      <h3 className="font-semibold text-sm">{title}</h3>
      {rules.length === 0 ? (
        <p className="text-muted text-sm">{none}</p>
      ) : (
        <ol className="grid">
          {rules.map((rule) => (
            <li
              key={rule.id}
              className="grid break-inside-avoid gap-x-6 gap-y-1 border-line border-t py-2.5 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)] print:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]"
            >
              <Door rule={rule} peer={nameOf(rule)} />
              <Reason rule={rule} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Door({ rule, peer }: { rule: ExportedRule; peer: string }) {
  return (
    <div className="grid min-w-0 content-start gap-0.5 text-sm">
      <p className="font-medium [overflow-wrap:anywhere]">
        {serviceWords(rule)} {rule.direction === "egress" ? "to" : "from"}{" "}
        <span className={rule.peerKind === "address_set" ? "" : "font-mono text-xs"}>{peer}</span>
      </p>
      {rule.hosts.length > 0 && (
        <p className="font-mono text-muted text-xs [overflow-wrap:anywhere]">{rule.hosts.join(", ")}</p>
      )}
      {rule.carriedBy === "user_browser" && <p className="text-muted text-xs">By users’ browsers</p>}
      <p className="font-mono text-faint text-xs">{rule.id}</p>
    </div>
  );
}

function Reason({ rule }: { rule: ExportedRule }) {
  const facts = [
    rule.ownerName ? `Owner: ${rule.ownerName}` : "No owner",
    rule.ticket ? `Ticket: ${rule.ticket}` : "No ticket",
    rule.expiresAt ? `Until ${dateWords(rule.expiresAt)}` : "No expiry",
  ];
  return (
    <div className="grid min-w-0 content-start gap-0.5 text-sm">
      <p className="[overflow-wrap:anywhere]">{rule.purpose}</p>
      <p className="text-muted text-xs [overflow-wrap:anywhere]">{facts.join(" · ")}</p>
    </div>
  );
}
