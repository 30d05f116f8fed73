import type { FastifyInstance, FastifyRequest } from "fastify";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { readCounted } from "../wire/counted.ts";
import { notFound } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { type ActionRow, actions, actionsOf, actionToWire, ByWhom } from "./actions.ts";
import { FIND, type MessageRow, messages, messageToWire } from "./message.ts";
import { type Asked, handOverMessage, readMessage, sendMessageAgain, settleMessage } from "./settle.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
}

/** What the list may be sorted by, for somebody who looks for one among many. */
const SORTS = {
  created_at: "row.id",
  recipient: "row.recipient",
  state: "row.state",
  kind: "row.kind",
  expires_at: "row.expires_at",
};

/** The operator's queue: where no mail relay is, somebody reads a message and brings it to its recipient. */
export function messageRoutes(app: FastifyInstance, service: Service): void {
  const { db, env } = service;
  const at = "/environments/:env/messages";
  const relay = env.mail ? ("smtp" as const) : null;
  app.get<InEnvironment>(at, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = messages(id, query);
    const list =
      query.page === undefined
        ? await readList<MessageRow, unknown>(db, id, source, readPage(query), messageToWire)
        : await readCounted<MessageRow, unknown>(db, id, source, { query, sorts: SORTS }, messageToWire);
    return { ...list, relay };
  });
  app.get<ById>(`${at}/:id`, async ({ params }) => {
    const { id: environmentId } = await getEnvironment(db, params.env);
    return await db.transaction(environmentId, async (run) => {
      const [row] = await run<MessageRow>(FIND, [environmentId, params.id]);
      if (!row) throw notFound("Message", params.id);
      return { ...messageToWire(row), relay, actions: await actionsOf(run, environmentId, row.id) };
    });
  });
  app.post<ById>(`${at}/:id/read`, async (request) => {
    const { row, subject, text } = await readMessage(service, asked(request));
    return { ...messageToWire(row), subject, text };
  });
  app.post<ById>(`${at}/:id/hand_over`, async (request) => {
    const { row, subject, text } = await handOverMessage(service, asked(request));
    return { ...messageToWire(row), subject, text };
  });
  app.post<ById>(`${at}/:id/deliver`, async (request) =>
    messageToWire(await settleMessage(service, asked(request), "handed_over")),
  );
  app.post<ById>(`${at}/:id/discard`, async (request) =>
    messageToWire(await settleMessage(service, asked(request), "discarded")),
  );
  app.post<ById>(`${at}/:id/send_again`, async (request) =>
    messageToWire(await sendMessageAgain(service, asked(request))),
  );
  app.get<InEnvironment>("/environments/:env/message_actions", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<ActionRow, unknown>(db, id, actions(id, query), readPage(query), actionToWire);
  });
}

function asked(request: FastifyRequest<ById>): Asked {
  const { by } = parse(ByWhom, request.body);
  const { env: environmentId, id } = request.params;
  return { environmentId, id, callerId: request.callerId, by: by ?? null };
}
