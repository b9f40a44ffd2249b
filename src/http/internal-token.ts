/** The signed header by which one process of Millrace tells another who calls, and what it forwards. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { deriveSecret, isMacOf, macOf } from '../runtime/secrets.ts';

/** The header's name. From outside it is worth nothing, since nobody there can sign it. */
export const INTERNAL_TOKEN_HEADER = 'millrace-session';

/** How long a signed header counts, in ms: a request on its way between two processes. */
const LIFE_MS = 60_000;

/** Who makes a request, and from where, as the gateway has verified it. */
export const Caller = Type.Object({
  userId: Type.String({ minLength: 1, maxLength: 128 }),
  kind: Type.Union([Type.Literal('guest'), Type.Literal('customer')]),
  /** Names the session; it is not the token. */
  sessionId: Type.String(),
  /** Keyed hashes of the browser and the address that the request comes from. */
  browser: Type.String(),
  address: Type.String(),
});

export type Caller = Static<typeof Caller>;

const Claims = Type.Object({
  caller: Type.Optional(Caller),
  /** The one call that the header counts for, where a process has forwarded it. */
  forwarded: Type.Optional(
    Type.Object({ method: Type.String(), path: Type.String(), operator: Type.Boolean() }),
  ),
});

/** What a header says: the caller, and whether the call was forwarded and is the operator's. */
export type Claims = Static<typeof Claims>;

const Signed = Compile(Type.Object({ ...Claims.properties, until: Type.Integer() }));

/** A call that is forwarded, as the process that forwards it has judged it. */
export interface ForwardedCall {
  method: string;
  /** Its address at the other process. */
  url: URL;
  caller?: Caller | null;
  /** Whether it is the operator's, whose own token goes no further. */
  operator?: boolean;
}

export interface InternalTokens {
  /** The value of the header. */
  sign(claims: Claims): string;
  /** The header of a call that is forwarded now; it counts for that method and path alone. */
  forward(call: ForwardedCall): Record<string, string>;
  /** What a header says of a call; nothing where it is forged, old, another call's, or no header. */
  verify(text: string | string[] | undefined, call: { method: string; url: string }): Claims;
}

/** The internal tokens of all processes that share the secret; `now` gives ms since the epoch. */
export function createInternalTokens(shared: Buffer, now: () => number = Date.now): InternalTokens {
  const secret = deriveSecret(shared, 'callers');
  const sign = (claims: Claims): string => {
    const signed = JSON.stringify({ ...claims, until: now() + LIFE_MS });
    const payload = Buffer.from(signed).toString('base64url');
    return `${payload}.${macOf(secret, payload)}`;
  };
  return {
    sign,
    forward({ method, url, caller, operator = false }) {
      const forwarded = { method, path: url.pathname, operator };
      return { [INTERNAL_TOKEN_HEADER]: sign({ ...(caller && { caller }), forwarded }) };
    },
    verify(text, { method, url }) {
      if (typeof text !== 'string') return {};
      const [payload = '', mac = ''] = text.split('.');
      if (!isMacOf(secret, payload, mac)) return {};
      const signed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      if (!Signed.Check(signed) || signed.until <= now()) return {};
      const { until: _until, ...claims } = signed;
      const { forwarded } = claims;
      const meant =
        !forwarded || (forwarded.method === method && forwarded.path === url.split('?')[0]);
      return meant ? claims : {};
    },
  };
}
