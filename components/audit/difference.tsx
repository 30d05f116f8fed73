import { cx } from "#components/ui/cx.ts";
import type { FieldDifference } from "#lib/audit/difference.ts";

/** Fields with what was before and after. What stayed the same comes last and quiet; with one side there is nothing to compare. */
export function Difference({ changes, sides }: { changes: readonly FieldDifference[]; sides: boolean }) {
  const ordered = sides ? changes.toSorted((a, b) => Number(b.changed) - Number(a.changed)) : changes;
  return (
    <div className="overflow-x-auto rounded-lg border border-line">
      <table className="w-full text-left text-xs">
        <tbody>
          {ordered.map((change) => (
            <tr key={change.field} className="border-line border-b align-top last:border-0">
              <th scope="row" className="w-36 px-3 py-1.5 font-normal text-muted [overflow-wrap:anywhere]">
                {words(change.field)}
              </th>
              <td className="px-3 py-1.5">
                {sides && change.changed ? (
                  <Change {...change} />
                ) : (
                  <Value text={change.after ?? change.before} quiet={sides} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Change({ before, after }: FieldDifference) {
  return (
    <span className="grid gap-1">
      {before !== undefined && (
        <del className="w-fit rounded-sm bg-negative-soft px-1 text-negative no-underline">
          <span className="sr-only">Before: </span>
          <Value text={before} />
        </del>
      )}
      {after !== undefined && (
        <ins className="w-fit rounded-sm bg-positive-soft px-1 text-positive no-underline">
          <span className="sr-only">After: </span>
          <Value text={after} />
        </ins>
      )}
    </span>
  );
}

function Value({ text, quiet = false }: { text: string | undefined; quiet?: boolean }) {
  if (text === undefined || text === "")
    return <span className={cx(quiet ? "text-faint" : "text-muted")}>empty</span>;
  return (
    <span className={cx("whitespace-pre-wrap font-mono [overflow-wrap:anywhere]", quiet && "text-muted")}>
      {text}
    </span>
  );
}

/** `ownerName` as people write it: "owner name". */
function words(field: string): string {
  return field
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .replaceAll(".", " › ")
    .toLowerCase();
}
