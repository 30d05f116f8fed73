/** Every public method of a client's areas, as `area.method`, found by looking at the objects themselves. */
export function methodsOf(workos: object): string[] {
  const areas = Object.entries(workos).filter(([, value]) => isInstance(value));
  return areas
    .flatMap(([area, value]) => namesOf(value).map((method) => `${area}.${method}`))
    .concat(namesOf(workos).map((method) => `workos.${method}`))
    .sort();
}

function isInstance(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) !== Object.prototype;
}

function namesOf(instance: object): string[] {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(instance)) if (typeof value === "function") names.add(name);
  for (
    let prototype = Object.getPrototypeOf(instance);
    prototype && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  )
    for (const [name, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
      if (
        name !== "constructor" &&
        (typeof value === "function" || typeof get?.call(instance) === "function")
      )
        names.add(name);
  return [...names];
}
