/** Who asks for a change of the catalogue, and which state they know. */
import type { FastifyRequest } from 'fastify';

/** The role that may change products, prices and stock, and import. */
export const SUPPORT = { config: { role: 'support' } } as const;
/** The same for calls whose bodies are files, of which the audit log holds none. */
export const FILES = { role: 'support', auditBody: false } as const;

type Changing = FastifyRequest<{
  Params: { productId: string };
  Headers: { 'if-match'?: string };
}>;

/** What a request says of the change of a product that it wants. */
export function editOf(request: Pick<Changing, 'params' | 'headers' | 'operator'>) {
  const { params, headers } = request;
  return { productId: params.productId, ifMatch: headers['if-match'], by: byOf(request) };
}

/** The name of the operator who asks. */
export function byOf({ operator }: Pick<FastifyRequest, 'operator'>): string | null {
  return operator?.name ?? null;
}
