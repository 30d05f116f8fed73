import type { WorkOS } from "@workos-inc/node";

/** Which methods of a client were called and answered, as `area.method`. */
export type Exercised = Set<string>;

/** What an older SDK calls a method of the newest, both as `area.method`. */
export type Renames = Readonly<Record<string, string>>;

/** What the service says to operations that it does not offer. */
const NOT_OFFERED = /not supported by the offline identity service|unsupported_grant_type/;

/**
 * The client, noting every method of its areas that answered: a promise that was kept, or a refusal because the
 * operation needs the Internet. What the SDK calls inside itself is not noted. Under an older SDK, the newest one's
 * names lead to the older ones.
 */
export function recorded(workos: WorkOS, exercised: Exercised, renames: Renames): WorkOS {
  return new Proxy(workos, {
    get: (target, area: string) => {
      const value = Reflect.get(target, area, target);
      if (typeof value === "function") return noting(exercised, `workos.${area}`, value.bind(target));
      return typeof value === "object" || value === undefined
        ? areaOf(target, area, exercised, renames)
        : value;
    },
  });
}

function areaOf(workos: WorkOS, area: string, exercised: Exercised, renames: Renames): object {
  return new Proxy(
    {},
    {
      get: (_, method: string) => {
        const renamed = renames[`${area}.${method}`] ?? `${area}.${method}`;
        const [realArea = "", realMethod = ""] = renamed.split(".");
        const target = Reflect.get(workos, realArea) as object | undefined;
        const value = target && Reflect.get(target, realMethod, target);
        if (typeof value !== "function") return value;
        return noting(exercised, renamed, value.bind(target));
      },
    },
  );
}

function noting(exercised: Exercised, name: string, method: (...given: unknown[]) => unknown) {
  return (...given: unknown[]): unknown => {
    const answer = method(...given);
    if (!(answer instanceof Promise)) {
      exercised.add(name);
      return name === "userManagement.loadSealedSession" ? sessionOf(answer as object, exercised) : answer;
    }
    return answer.then(
      (value) => {
        exercised.add(name);
        return value;
      },
      (error) => {
        if (NOT_OFFERED.test(`${error.message} ${error.error}`)) exercised.add(name);
        throw error;
      },
    );
  };
}

/** The session in an application's cookie has methods of its own. */
function sessionOf(session: object, exercised: Exercised): object {
  return new Proxy(session, {
    get: (target, name: string) => {
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? noting(exercised, `session.${name}`, value.bind(target)) : value;
    },
  });
}
