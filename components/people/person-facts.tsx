import { KeyValue } from "#components/ui/key-value.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { PersonDetail } from "#lib/people/queries.ts";

/** How a person signs in, and when they last did anything. */
export function PersonFacts({ person }: { person: PersonDetail }) {
  const never = <span className="text-faint">Never</span>;
  return (
    <KeyValue
      items={[
        { label: "E-mail", value: person.email },
        {
          label: "Password",
          value: person.passwordSetAt ? (
            <>
              Set <Time at={person.passwordSetAt} />
            </>
          ) : (
            <Status tone="neutral">None</Status>
          ),
        },
        { label: "Second factor", value: <SecondFactor person={person} /> },
        {
          label: "SSO",
          value: person.providers.join(", ") || <span className="text-faint">Not linked</span>,
        },
        { label: "Last seen", value: person.lastSeenAt ? <Time at={person.lastSeenAt} /> : never },
        { label: "Joined", value: <Time at={person.createdAt} show="date" /> },
      ]}
    />
  );
}

function SecondFactor({ person }: { person: PersonDetail }) {
  if (!person.secondFactor) return <Status tone="neutral">None</Status>;
  return (
    <Status tone="positive" reason={`${person.recoveryCodesLeft} of 10 recovery codes left`}>
      Set up
    </Status>
  );
}
