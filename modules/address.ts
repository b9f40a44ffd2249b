/** A postal address: the shape that an account keeps and an order is sent to. */
import { Type, type Static } from 'typebox';
import { Name } from '#host';

/** What Unicode names as a region and is no country to send something to. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Whether a country has this code today; Node.js knows those of former ones, too. */
function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRIES.has(code)) return false;
  return names.of(code) !== undefined && new Intl.Locale(`und-${code}`).region === code;
}

/** A name on one line, as on a label. */
const line = (maxLength: number) =>
  Type.Refine(
    Name({ maxLength }),
    (text) => !/[\p{Cc}\u2028\u2029]/u.test(text),
    () => 'must be on one line',
  );

export const Address = Type.Object(
  {
    name: line(200),
    line1: line(200),
    line2: Type.Optional(line(200)),
    city: line(100),
    postalCode: line(20),
    region: Type.Optional(line(100)),
    country: Type.Refine(
      Type.String({
        pattern: '^[A-Z]{2}$',
        description: 'Its two capital letters by ISO 3166-1, such as DE',
      }),
      isCountry,
      () => 'must be the two capital letters of a country, such as DE',
    ),
  },
  { additionalProperties: false },
);

export type Address = Static<typeof Address>;
