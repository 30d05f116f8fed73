import type { Route } from "next";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { OutcomeListQuery } from "#lib/directory-content/schema.ts";
import type { RoleOutcome } from "#lib/drivers/directory-content-port.ts";
import type { Page } from "#lib/platform/list.ts";
import { portalTexts } from "#lib/portal/texts.ts";

interface WhoGetsWhatProps {
  at: string;
  page: Page<RoleOutcome>;
  query: OutcomeListQuery;
  roles: readonly { slug: string; name: string }[];
}

/** Person by person: the roles they have, and those that what is prepared would give them. */
export async function WhoGetsWhat({ at, page, query, roles }: WhoGetsWhatProps) {
  const t = await portalTexts("directory");
  const names = new Map(roles.map(({ slug, name }) => [slug, name]));
  const said = (slugs: readonly string[]) =>
    slugs.length === 0 ? t("roles.no_role") : slugs.map((slug) => names.get(slug) ?? slug).join(", ");
  const change = query.filters.change[0] ?? "any";
  const from = (page.page - 1) * page.pageSize;
  const hrefTo = (number: number) =>
    `${at}?${new URLSearchParams({ change, q: query.search, page: String(number) })}` as Route;
  return (
    <Card title={t("roles.who")}>
      <div className="grid gap-4">
        <form action={at} className="flex flex-wrap items-end gap-3">
          <Field label={t("roles.show")} name="change">
            <Select
              defaultValue={change}
              options={(["any", "loses", "gains", "all"] as const).map((value) => ({
                value,
                label: t(`roles.shows.${value}`),
              }))}
            />
          </Field>
          <Field label={t("roles.search")} name="q" className="flex-1">
            <Input type="search" defaultValue={query.search} autoComplete="off" />
          </Field>
          <Button type="submit">{t("roles.search_go")}</Button>
        </form>
        {page.rows.length === 0 ? (
          <p className="text-muted text-sm">{t("roles.nobody_shown")}</p>
        ) : (
          <ul className="grid">
            {page.rows.map(({ id, name, email, before, after, loses }) => (
              <li key={id} className="grid gap-x-4 gap-y-0.5 border-line border-b py-2 text-sm last:border-0">
                <span className="flex flex-wrap gap-x-3">
                  <span className="font-medium">{name}</span>
                  <span className="text-muted [overflow-wrap:anywhere]">{email}</span>
                </span>
                <span className="flex flex-wrap gap-x-2">
                  <span className="text-muted">{`${t("roles.before")}: ${said(before)}`}</span>
                  <span aria-hidden>{"→"}</span>
                  <span className={loses.length > 0 ? "font-medium text-negative" : "font-medium"}>
                    {`${t("roles.after")}: ${said(after)}`}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        )}
        {page.total > page.pageSize && (
          <nav aria-label={t("roles.who")} className="flex items-center justify-between gap-3 text-sm">
            <span className="text-muted tabular-nums">
              {t("roles.page", { from: from + 1, to: from + page.rows.length, total: page.total })}
            </span>
            <span className="flex gap-2">
              {page.page > 1 && <LinkButton href={hrefTo(page.page - 1)}>{t("roles.previous")}</LinkButton>}
              {from + page.rows.length < page.total && (
                <LinkButton href={hrefTo(page.page + 1)}>{t("roles.next_page")}</LinkButton>
              )}
            </span>
          </nav>
        )}
      </div>
    </Card>
  );
}
