/** The signed header by which one process of Millrace tells another who calls, and what it forwards. */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { deriveSecret, isMacOf, macOf } from '../runtime/secrets.ts';
import { Operator, TOKEN_OPERATOR } from './operator.ts';

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

/** The one call that a header counts for, where a process has forwarded it. */
const Forwarded = Type.Object({
  method: Type.String(),
  path: Type.String(),
  /**
   * Whether whoever makes it may do all: so much was said before operators had roles, and processes of
   * that version are told no more. `by` says who it is.
   */
  operator: Type.Boolean(),
  by: Type.Optional(Operator),
  audited: Type.Optional(Type.Boolean()),
});

const Claims = Type.Object({
  caller: Type.Optional(Caller),
  forwarded: Type.Optional(Forwarded),
});

/** What a header says: the caller, and whether the call was forwarded and is an operator's. */
export type Claims = Static<typeof Claims>;

/** The operator whose call was forwarded. */
export function operatorOf({ operator, by }: Static<typeof Forwarded>): Operator | null {
  return by ?? (operator ? TOKEN_OPERATOR : null);
}

const Signed = Compile(Type.Object({ ...Claims.properties, until: Type.Integer() }));

/** A call that is forwarded, as the process that forwards it has judged it. */
export interface ForwardedCall {
  method: string;
  /** Its address at the other process. */
  url: URL;
  caller?: Caller | null;
  /** The operator whose call it is, whose own token goes no further. */
  operator?: Operator | null;
  /** Whether the audit log has it already, so that the other process leaves it out. */
  audited?: boolean;
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
    forward({ method, url, caller, operator, audited = false }) {
      const forwarded = {
        method,
        path: url.pathname,
        operator: operator?.role === 'admin',
        ...(operator && { by: operator }),
        ...(audited && { audited }),
      };
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
