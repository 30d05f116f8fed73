/** How many people a directory has, and how many of them are not active. */
export function PeopleCount({
  usersActive,
  usersInactive,
}: {
  usersActive: number | null;
  usersInactive: number | null;
}) {
  if (usersActive === null) return <span className="text-faint">Not told</span>;
  const count = usersActive.toLocaleString("en");
  if (!usersInactive) return count;
  return (
    <span title={`${usersActive} active, ${usersInactive} not active`}>
      {count}
      <span className="text-faint"> + {usersInactive.toLocaleString("en")}</span>
    </span>
  );
}
