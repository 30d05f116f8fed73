import type { RolePreview } from "#lib/drivers/directory-content-port.ts";
import type { RoleWords } from "./role-words.ts";

interface RoleCountsProps {
  preview: RolePreview;
  roles: readonly { slug: string; name: string }[];
  words: Pick<RoleWords, "columns" | "people" | "nobody">;
}

/** How many have each role now, and how many would. */
export function RoleCounts({ preview, roles, words }: RoleCountsProps) {
  const names = new Map(roles.map(({ slug, name }) => [slug, name]));
  const { columns, people } = words;
  if (preview.roles.length === 0) return <p className="text-muted text-sm">{words.nobody}</p>;
  const cell = "py-1.5 pl-3 text-right tabular-nums";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={columns.role} tabIndex={0} className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr className="text-muted text-xs">
            <th scope="col" className="py-1.5 pr-3 text-left font-medium">
              {columns.role}
            </th>
            {[columns.now, columns.after, columns.gain, columns.lose].map((label) => (
              <th key={label} scope="col" className={`${cell} font-medium`}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.roles.map(({ role, before, after, gains, losses }) => (
            <tr key={role} className="border-line border-t">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal [overflow-wrap:anywhere]">
                {names.get(role) ?? role}
              </th>
              <td className={cell}>{people(before)}</td>
              <td className={cell}>{people(after)}</td>
              <td className={`${cell} ${gains > 0 ? "text-positive" : "text-faint"}`}>
                {gains > 0 ? `+${people(gains)}` : people(0)}
              </td>
              <td className={`${cell} ${losses > 0 ? "font-medium text-negative" : "text-faint"}`}>
                {losses > 0 ? `−${people(losses)}` : people(0)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
