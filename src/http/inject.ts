/** Calls of our own REST API, made within the process for a request that came to another path. */
import type { FastifyRequest } from 'fastify';
import type { App } from '../module/module.ts';

/** What a call takes over of the request that it is made for: who asks, and from where. */
const CARRIED = ['user-agent', 'accept-language', 'x-forwarded-for', 'traceparent'];

export interface Call {
  method?: 'GET' | 'POST';
  url: string;
  payload?: object;
}

export interface Answer {
  status: number;
  /** Undefined where it is no JSON. */
  body: unknown;
  headers: Record<string, unknown>;
}

/** Calls the API, as nobody where there is no token; cookies of the shop's own pages stay behind. */
export async function callApi(
  app: App,
  { headers, socket: { remoteAddress } }: FastifyRequest,
  { method = 'GET', url, payload }: Call,
  token?: string,
): Promise<Answer> {
  const carried = Object.entries(headers).filter(([name]) => CARRIED.includes(name));
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await app.inject({
    method,
    url,
    headers: { ...Object.fromEntries(carried), ...authorization },
    ...(remoteAddress !== undefined && { remoteAddress }),
    ...(payload && { payload }),
  });
  return { status: answer.statusCode, body: parsed(answer.payload), headers: answer.headers };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
