import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Database } from "./db.ts";
import type { Env } from "./env.ts";
import type { Service } from "./service.ts";
import { WireError } from "./wire/errors.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** It is among those that are being worked on. */
    underWay: boolean;
  }
  interface FastifyContextConfig {
    /** Answered however busy the service is. */
    always?: boolean;
  }
}

/** What there can be too much of. */
export type Shortage = "requests" | "database" | "event_loop";

/** How much this instance has to do at the moment. */
export interface Load {
  /** What is short, so that taking on more would make everything slow. */
  shortage(): Shortage | null;
  begin(): void;
  end(): void;
  stop(): void;
}

const LOOKS_EVERY_MS = 100;
// One long pause (a module that loads, a collection of garbage) is no overload: it counts for little, and only up to here.
const DELAY_COUNTED_MS = 1_000;
const WEIGHT_OF_LAST = 0.3;

/**
 * Measures three things that more work makes worse: requests being worked on, how long one has been waiting for a connection to
 * the database, and how late the event loop is, on average over the last second.
 */
export function watchLoad({ capacity }: Env, db: Database): Load {
  let underWay = 0;
  let delayMs = 0;
  let lastLook = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const late = Math.min(DELAY_COUNTED_MS, Math.max(0, now - lastLook - LOOKS_EVERY_MS));
    delayMs += (late - delayMs) * WEIGHT_OF_LAST;
    lastLook = now;
  }, LOOKS_EVERY_MS).unref();
  return {
    shortage() {
      if (underWay >= capacity.requests) return "requests";
      if (db.waitingMs() > capacity.databaseWaitMs) return "database";
      if (delayMs > capacity.loopDelayMs) return "event_loop";
      return null;
    },
    begin() {
      underWay += 1;
    },
    end() {
      underWay -= 1;
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * Past its capacity the service says so at once, instead of answering everybody late. A request counts while it is worked on,
 * not while its body is on the way: whoever sends slowly takes nobody's place.
 */
export function shedLoad(app: FastifyInstance, { load, metrics }: Service): void {
  const admit = (request: FastifyRequest): WireError | undefined => {
    if (request.routeOptions.config.always) return undefined;
    const short = load.shortage();
    if (short) {
      metrics.shed.inc({ shortage: short });
      return overloaded();
    }
    request.underWay = true;
    load.begin();
    return undefined;
  };
  const release = (request: FastifyRequest) => {
    if (!request.underWay) return;
    request.underWay = false;
    load.end();
  };
  app.decorateRequest("underWay", false);
  app.addHook("onRequest", (request, _reply, done) => done(admit(request)));
  app.addHook("preParsing", (request, _reply, payload, done) => {
    release(request);
    done(null, payload);
  });
  app.addHook("preValidation", (request, _reply, done) => done(admit(request)));
  app.addHook("onSend", (request, _reply, payload, done) => {
    release(request);
    done(null, payload);
  });
}

function overloaded(): WireError {
  return new WireError(
    503,
    { message: "The service is busy. Try again in a moment.", code: "overloaded" },
    { "retry-after": "1" },
  );
}
