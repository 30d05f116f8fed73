import { type Clock, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { type Database, EVERY_ENVIRONMENT, sql } from "./db.ts";
import { WireError } from "./wire/errors.ts";

/** How far a clock may be behind what was seen already, or beside the database's, before it is believed no more. */
const SKEW_MS = 2 * MINUTE_MS;
const LOOKS_EVERY_MS = 15_000;

// The database's clock is the one that all instances share: a single host that runs fast must not stop the others.
const LOOK = sql(
  "clock_look",
  `INSERT INTO identity.clock (highest) VALUES (now()) ON CONFLICT (singleton)
   DO UPDATE SET highest = greatest(identity.clock.highest, now()) RETURNING highest, now() AS database_now`,
);
const ACCEPT = sql(
  "clock_accept",
  `INSERT INTO identity.clock (highest) VALUES (now()) ON CONFLICT (singleton) DO UPDATE SET highest = now()
   RETURNING highest`,
);

/** A clock that refuses to tell the time once it is known to be wrong. */
export interface GuardedClock {
  now: Clock;
  /** Compares with the highest time ever seen, and remembers it. */
  look(): Promise<void>;
  /** Looks from time to time. Returns what ends that. */
  follow(failed: (error: unknown) => void): () => void;
}

/**
 * A host without time service may wake up in the past, and then everything that has expired is good again: assertions, codes,
 * certificates. So the highest time ever seen is on record, and whatever asks for the time is refused below it.
 */
export function guardClock(db: Database, clock: Clock): GuardedClock {
  let highest = clock();
  // Not believed before the first look.
  let wrong: WireError | null = refusal("The clock has not been compared with what is on record yet.", 1);
  const now = () => {
    const at = clock();
    // Between two looks: this process' own memory.
    if (at.getTime() < highest.getTime() - SKEW_MS) throw wentBack(at, highest);
    if (wrong) throw wrong;
    if (at > highest) highest = at;
    return at;
  };
  const look = async () => {
    const [row] = await db.query<{ highest: Date; database_now: Date }>(EVERY_ENVIRONMENT, LOOK, []);
    if (!row) return;
    const at = clock();
    wrong = verdict(at, row.highest, row.database_now);
    if (!wrong) highest = at;
  };
  return {
    now,
    look,
    follow(failed) {
      let timer: NodeJS.Timeout;
      const again = (pauseMs: number) => {
        timer = setTimeout(turn, pauseMs).unref();
      };
      const turn = () =>
        look().then(
          () => again(LOOKS_EVERY_MS),
          (error: unknown) => {
            failed(error);
            again(SECOND_MS);
          },
        );
      turn();
      return () => clearTimeout(timer);
    },
  };
}

/** An operator's word that the clock is right now, and what was recorded was not. */
export async function acceptClock(db: Database): Promise<Date> {
  const [row] = await db.query<{ highest: Date }>(EVERY_ENVIRONMENT, ACCEPT, []);
  if (!row) throw new Error("The time was not kept.");
  return row.highest;
}

function verdict(at: Date, highest: Date, databaseNow: Date): WireError | null {
  if (databaseNow.getTime() < highest.getTime() - SKEW_MS) return wentBack(databaseNow, highest);
  const apart = Math.abs(at.getTime() - databaseNow.getTime());
  if (apart <= SKEW_MS) return null;
  return refusal(
    `The clock of this host (${at.toISOString()}) and the database's (${databaseNow.toISOString()}) do not agree. Set the one that is wrong.`,
  );
}

function wentBack(at: Date, highest: Date): WireError {
  return refusal(
    `The clock says ${at.toISOString()}, but it was ${highest.toISOString()} already. Set it right; ` +
      "if it is right and was wrong before, run `sallyport clock accept` on this host.",
  );
}

function refusal(message: string, retryAfterS = 30): WireError {
  return new WireError(503, { message, code: "clock_not_trusted" }, { "retry-after": String(retryAfterS) });
}
