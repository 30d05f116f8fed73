import { z } from "zod";

/** How an event came into the relay. */
export type EventOrigin = "pulled" | "webhook" | "carried" | "local";

/** An event in the one form that it has in the relay, wherever it came from. */
export interface RelayedEvent {
  readonly id: string;
  readonly event: string;
  /** Null for what belongs to no organization, as everything about users does. */
  readonly organizationId: string | null;
  /** What it is about: events about one thing are handed over in their order. */
  readonly object: string;
  readonly createdAt: Date;
  /** As it is handed over, to the byte: compact JSON, which survives being parsed and written again. */
  readonly body: string;
}

const BODY_MAX = 4_000_000;
const DEPTH_MAX = 64;
const NAME = /^[\w.:-]{1,128}$/;

const Data = z.custom<Record<string, unknown>>(isObject);

const Wire = z.looseObject({
  object: z.literal("event").default("event"),
  id: z.string().regex(NAME),
  event: z.string().regex(NAME),
  data: Data,
  created_at: z.iso.datetime({ offset: true }),
  context: Data.nullish(),
});

/**
 * The normal form of an event as the Events API, a webhook or a carried file tells it. Null for what is none, or what could not be
 * kept: too large, too deep, or from a time that no calendar here knows.
 */
export function readEvent(value: unknown): RelayedEvent | null {
  if (!isShallow(value, DEPTH_MAX)) return null;
  const parsed = Wire.safeParse(value);
  if (!parsed.success) return null;
  const { object, id, event, data, created_at, context, ...rest } = parsed.data;
  const createdAt = new Date(created_at);
  if (!(createdAt.getTime() > 0 && createdAt.getTime() < FOUR_DIGITS_END)) return null;
  const body = JSON.stringify({
    object,
    id,
    event,
    data,
    created_at: createdAt.toISOString(),
    ...(context ? { context } : {}),
    ...rest,
  });
  if (body.length > BODY_MAX) return null;
  return {
    id,
    event,
    organizationId: organizationOf(event, data),
    object: objectOf(event, data),
    createdAt,
    body,
  };
}

const FOUR_DIGITS_END = Date.UTC(10_000, 0);

/** The id of what is no readable event, so that reading can go on behind it; null where it does not even have one. */
export function idOf(value: unknown): string | null {
  const id = isObject(value) ? value.id : null;
  return typeof id === "string" && NAME.test(id) ? id : null;
}

function organizationOf(event: string, data: Record<string, unknown>): string | null {
  if (/^organization\.\w+$/.test(event)) return text(data.id);
  const parts = [data, data.sso, data.group, data.user, data.organization_domain];
  return first(parts.map((part) => (isObject(part) ? text(part.organization_id) : null)));
}

/**
 * What happens to one group and its members is one story, and so is what one person does. What has no id, such as a role, is known by
 * its short name.
 */
function objectOf(event: string, data: Record<string, unknown>): string {
  const inside = (name: string) => {
    const part = data[name];
    return isObject(part) ? text(part.id) : null;
  };
  const kind = event.split(".")[0] ?? event;
  const slug = text(data.slug);
  return (
    first([
      event.startsWith("authentication.") ? text(data.user_id) : null,
      text(data.id),
      inside("group"),
      text(data.group_id),
      inside("organization_domain"),
      text(data.user_id),
      inside("user"),
    ]) ?? (slug ? `${kind}:${slug}` : kind)
  );
}

function first(values: readonly (string | null)[]): string | null {
  return values.find((value) => value !== null) ?? null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && NAME.test(value) ? value : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Databases give up at a depth that an attacker can reach in a few thousand bytes. */
function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}
