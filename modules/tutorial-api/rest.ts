/** Calls of our own REST API as the user of a request that came to the tutorial's. */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { bearerOf, callApi, type Answer, type App, type Call } from '#host';

/** Makes calls as one user. */
export interface User {
  call(call: Call): Promise<Answer>;
  /** The token of a session that was begun for the request; null where it brought one that counts. */
  readonly auth: string | null;
}

/** What the API has refused a call for. */
export class Refused extends Error {
  readonly status: number;
  readonly retryAfter: unknown;

  constructor({ status, body, headers }: Answer) {
    super(Problem.Check(body) ? body.detail : 'The shop gives no answer at the moment; try again.');
    this.status = status < 400 ? 503 : status;
    this.retryAfter = headers['retry-after'];
  }
}

const Problem = Compile(Type.Object({ detail: Type.String() }));
const Begun = Compile(Type.Object({ token: Type.String() }));

/**
 * The user whose token a request brings. Where it brings none that counts, the first call begins a
 * session, as a guest's.
 */
export function userOf(app: App, request: FastifyRequest): User {
  let token = bearerOf(request);
  let auth: string | null = null;
  return {
    async call(call) {
      if (token !== undefined) {
        const answer = await callApi(app, request, call, token);
        if (answer.status !== 401 || auth !== null) return answer;
      }
      const begun = await callApi(app, request, { method: 'POST', url: '/api/sessions' });
      auth = token = read(Begun, begun, 201).token;
      return callApi(app, request, call, token);
    },
    get auth() {
      return auth;
    },
  };
}

/**
 * What an answer says.
 *
 * @throws Refused where it says something else
 */
export function read<T>(
  schema: { Check(value: unknown): value is T },
  answer: Answer,
  status = 200,
): T {
  if (answer.status === status && schema.Check(answer.body)) return answer.body;
  throw new Refused(answer);
}
