/** The tutorial's calls at the tutorial's paths. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '#host';
import { createOrder, Line, listOrders } from './orders.ts';
import { listProducts } from './products.ts';
import { Refused, userOf, type User } from './rest.ts';

const Filter = Type.Object({ productDisplayName: Type.Optional(Type.String({ maxLength: 200 })) });
const NewOrder = Type.Object({ products: Type.Array(Line, { minItems: 1, maxItems: 100 }) });

/** Adds the three calls. Each answers by `data` and `error`, of which one is null. */
export function calls(app: App): void {
  allowEmptyJson(app);
  app.setErrorHandler(sayMisfit);

  app.post(
    '/products/getProductsByFilter',
    {
      schema: { hide: true, body: Filter },
      preValidation: async (request: { body: unknown }) => void (request.body ??= {}),
    },
    (request, reply) =>
      answer(reply, () => listProducts(app, request, request.body.productDisplayName ?? '')),
  );

  app.post('/orders/createOrder', { schema: { hide: true, body: NewOrder } }, (request, reply) =>
    answerUser(app, request, reply, (user) => createOrder(user, request.body.products)),
  );

  app.get('/orderHistory/viewOrderHistory', { schema: { hide: true } }, (request, reply) =>
    answerUser(app, request, reply, (user) => listOrders(app, request, user)),
  );
}

/** The tutorial's front end calls everything JSON, also what has no body. */
function allowEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else void parse(request, body as string, done);
  });
}

/** What does not fit is said in the tutorial's form, too. */
function sayMisfit(error: FastifyError, _request: FastifyRequest, reply: FastifyReply) {
  if (!error.validation && error.code !== 'FST_ERR_CTP_INVALID_JSON_BODY') throw error;
  return reply.code(400).send({ data: null, error: error.message });
}

/** Answers with what a user's calls give, and with the token of the session that they began. */
function answerUser(
  app: App,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (user: User) => Promise<unknown>,
): Promise<object> {
  const user = userOf(app, request);
  return answer(
    reply,
    async () => ({ data: await work(user) }),
    () => ({ auth: user.auth }),
  );
}

/** Answers with what is found, or with what the API has refused it for; with what stands `besides` in both cases. */
async function answer(
  reply: FastifyReply,
  work: () => Promise<object>,
  besides: () => object = () => ({}),
): Promise<object> {
  reply.header('cache-control', 'no-store');
  try {
    return { error: null, ...(await work()), ...besides() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    reply.code(error.status);
    if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter);
    return { data: null, error: error.message, ...besides() };
  }
}
