"use client";

import { Columns3, ListFilter as FilterIcon, Search, X } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import type { Columns, ListFilter } from "./columns.ts";
import { DropdownMenu, MenuCheck, MenuItem, MenuLabel, MenuSeparator } from "./dropdown-menu.tsx";
import { Input } from "./input.tsx";
import type { ListState } from "./list-state.ts";

interface DataTableToolbarProps<Row> {
  label: string;
  columns: Columns<Row>;
  search?: string;
  filters: readonly ListFilter[];
  toolbar?: ReactNode;
  list: ListState;
  shown: ReadonlySet<string>;
}

/** Search, filters, and which columns: what narrows the list below. */
export function DataTableToolbar<Row>(props: DataTableToolbarProps<Row>) {
  const { list } = props;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {props.search !== undefined && (
        <Input
          type="search"
          aria-label={props.search}
          placeholder={props.search}
          lead={<Search />}
          value={list.search}
          onChange={(event) => list.searchFor(event.currentTarget.value)}
          className="w-full sm:w-64"
        />
      )}
      {props.filters.map((filter) => (
        <FilterMenu
          key={filter.name}
          filter={filter}
          chosen={list.filters[filter.name] ?? []}
          onChoose={(values) => list.filterBy(filter.name, values)}
        />
      ))}
      {list.isNarrowed && (
        <Button variant="ghost" icon={<X />} onClick={list.clear}>
          Clear
        </Button>
      )}
      <div className="flex items-center gap-2 sm:ml-auto">
        {props.toolbar}
        <ColumnMenu columns={props.columns} shown={props.shown} onChoose={list.chooseColumns} />
      </div>
    </div>
  );
}

interface FilterMenuProps {
  filter: ListFilter;
  chosen: readonly string[];
  onChoose: (values: string[]) => void;
}

function FilterMenu({ filter, chosen, onChoose }: FilterMenuProps) {
  const words = filter.options
    .filter((option) => chosen.includes(option.value))
    .map((option) => option.label);
  return (
    <DropdownMenu
      align="start"
      trigger={
        <Button icon={<FilterIcon className="size-3.5! text-faint" />}>
          {filter.label}
          {words.length > 0 && (
            <span className="max-w-40 truncate rounded-sm bg-accent-soft px-1 text-accent text-xs">
              {words.length > 2 ? `${words.length} chosen` : words.join(", ")}
            </span>
          )}
        </Button>
      }
    >
      {filter.options.map((option) => (
        <MenuCheck
          key={option.value}
          checked={chosen.includes(option.value)}
          onCheckedChange={(checked) =>
            onChoose(checked ? [...chosen, option.value] : chosen.filter((value) => value !== option.value))
          }
        >
          {option.label}
        </MenuCheck>
      ))}
      {chosen.length > 0 && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => onChoose([])}>Any {filter.label.toLowerCase()}</MenuItem>
        </>
      )}
    </DropdownMenu>
  );
}

interface ColumnMenuProps<Row> {
  columns: Columns<Row>;
  shown: ReadonlySet<string>;
  onChoose: (columns: string[] | null) => void;
}

function ColumnMenu<Row>({ columns, shown, onChoose }: ColumnMenuProps<Row>) {
  const names: readonly string[] = columns.map((column) => column.accessorKey);
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" icon={<Columns3 />} aria-label="Choose columns" title="Choose columns" />
      }
    >
      <MenuLabel>Columns</MenuLabel>
      {columns.slice(1).map((column) => (
        <MenuCheck
          key={column.accessorKey}
          checked={shown.has(column.accessorKey)}
          onCheckedChange={(checked) =>
            onChoose(names.filter((name) => (name === column.accessorKey ? checked : shown.has(name))))
          }
        >
          {column.header}
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => onChoose(null)}>Show the usual columns</MenuItem>
    </DropdownMenu>
  );
}
