type Attributes = Record<string, unknown>;

// `emails[type eq "work"].value`, `name.givenName`, `title`
const PATH = /^(?<name>[^.[\]]+)(?:\[(?<key>\w+) eq "(?<wanted>[^"]*)"\])?(?:\.(?<part>[^.[\]]+))?$/;

/** The custom attributes of a user, by the directory's map: null for what the provider did not send. */
export function customAttributes(map: Readonly<Record<string, string>>, raw: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(map).map(([name, path]) => [name, readAttribute(raw, path) ?? null]),
  );
}

/** What `raw` has at a path: an attribute, a part of one, or one of an extension (`urn:…:User:department`). */
export function readAttribute(raw: Attributes, path: string): unknown {
  const whole = attributeOf(raw, path);
  if (whole !== undefined) return whole;
  const extension = Object.keys(raw).find((key) => path.toLowerCase().startsWith(`${key.toLowerCase()}:`));
  if (extension) {
    const inside = raw[extension];
    return isAttributes(inside) ? readAttribute(inside, path.slice(extension.length + 1)) : undefined;
  }
  const { name = "", key, wanted, part } = PATH.exec(path)?.groups ?? {};
  const values = [attributeOf(raw, name)].flat().filter((value) => value !== undefined);
  const [chosen] = key
    ? values.filter((value) => isAttributes(value) && attributeOf(value, key) === wanted)
    : values;
  if (part === undefined) return chosen;
  return isAttributes(chosen) ? attributeOf(chosen, part) : undefined;
}

/** SCIM's attribute names are the same in any case (RFC 7643, 2.1). */
function attributeOf(attributes: Attributes, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  const same = Object.keys(attributes).find((key) => key.toLowerCase() === name.toLowerCase());
  return same === undefined ? undefined : attributes[same];
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
