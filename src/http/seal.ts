/** The signed header by which one process of Millrace tells another who calls. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { deriveSecret } from '../secrets.ts';

/** The header's name. From outside it is worth nothing, since nobody there can sign it. */
export const SEAL_HEADER = 'millrace-session';

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

const Sealed = Compile(Type.Object({ caller: Caller, until: Type.Integer() }));

export interface Seal {
  /** The value of the header for a caller. */
  sign(caller: Caller): string;
  /** The caller that a header names, or undefined where it is forged, old, or no header at all. */
  open(text: string | string[] | undefined): Caller | undefined;
}

/** The seal of all processes that share the secret; `now` gives ms since the epoch. */
export function sealFor(shared: Buffer, now: () => number = Date.now): Seal {
  const secret = deriveSecret(shared, 'callers');
  const mac = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest();
  return {
    sign(caller) {
      const sealed = { caller, until: now() + LIFE_MS };
      const payload = Buffer.from(JSON.stringify(sealed)).toString('base64url');
      return `${payload}.${mac(payload).toString('base64url')}`;
    },
    open(text) {
      if (typeof text !== 'string') return undefined;
      const [payload = '', signature = ''] = text.split('.');
      const given = Buffer.from(signature, 'base64url');
      const expected = mac(payload);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const sealed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
      return Sealed.Check(sealed) && sealed.until > now() ? sealed.caller : undefined;
    },
  };
}
