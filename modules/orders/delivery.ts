/** Delivery: the methods that the shop offers and what each costs, and where an order goes. */
import { Type, type Static } from 'typebox';
import { DomainError, Name } from '#host';
import type { Delivery } from './document.ts';

/** An amount that is no mistake, in the smallest unit of the currency. */
const MAX_PRICE = 1_000_000_000;
const MAX_DAYS = 365;
const MAX_COUNTRIES = 300;
export const MAX_METHODS = 50;

/** Codes that Unicode has names for, and that are no country: groups, test codes, an unknown one. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);
const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** Whether there is a country with these two capital letters; a code that another has replaced is none. */
export function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || NO_COUNTRY.has(code) || names.of(code) === undefined)
    return false;
  return new Intl.Locale(`und-${code}`).region === code;
}

const Country = Type.Refine(
  Type.String({
    pattern: '^[A-Z]{2}$',
    description: 'By ISO 3166: two capital letters, such as DE',
  }),
  isCountry,
  () => 'must be a country by ISO 3166, two capital letters such as DE',
);

const days = (description: string) => Type.Integer({ minimum: 0, maximum: MAX_DAYS, description });
const amount = (description: string) =>
  Type.Integer({ minimum: 0, maximum: MAX_PRICE, description });

const Method = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
      description: 'Names the method: small letters, digits, _ and -',
    }),
    name: Name({ maxLength: 100 }),
    price: amount('In the smallest unit of the currency'),
    freeFrom: Type.Optional(amount('It costs nothing where the items cost so much or more')),
    minDays: days('How many days it takes at least'),
    maxDays: days('How many days it takes at most'),
    countries: Type.Optional(
      Type.Array(Country, {
        minItems: 1,
        maxItems: MAX_COUNTRIES,
        description: 'Where it goes, by ISO 3166; left out: everywhere',
      }),
    ),
  },
  { additionalProperties: false },
);

/** A method of delivery that the shop offers. */
export const DeliveryMethod = Type.Refine(
  Method,
  ({ minDays, maxDays }) => minDays <= maxDays,
  () => 'must have no more minDays than maxDays',
);

export type DeliveryMethod = Static<typeof DeliveryMethod>;

const text = (maxLength: number) => Name({ minLength: 1, maxLength });

/** Whom the shop writes to about an order. */
export const ContactRequest = Type.Object(
  {
    email: Type.String({
      maxLength: 254,
      pattern: '^[^\\s@\\x00-\\x1f\\x7f]+@[^\\s@\\x00-\\x1f\\x7f]+$',
    }),
    phone: Type.Optional(Type.String({ pattern: '^\\+?[0-9][0-9 ()./-]{2,38}$' })),
  },
  { additionalProperties: false },
);

/** How and where an order is to go; what that costs is the shop's to say. */
export const DeliveryRequest = Type.Object(
  {
    method: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'The id of one of GET /api/delivery-methods',
    }),
    address: Type.Object(
      {
        name: text(200),
        line1: text(200),
        line2: Type.Optional(text(200)),
        city: text(100),
        postalCode: text(20),
        region: Type.Optional(text(100)),
        country: Country,
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export const DeliveryMethodsResponse = Type.Object({
  items: Type.Array(Method),
  currency: Type.String(),
  decimals: Type.Integer({ description: 'Decimals of the currency that amounts count in' }),
});

/**
 * The delivery of an order whose items cost `itemsAmount`, with the name and the price that the shop
 * gives the method now.
 *
 * @throws DomainError where there is no such method, or it does not go to the country
 */
export function priceDelivery(
  methods: readonly DeliveryMethod[],
  { method: id, address }: Static<typeof DeliveryRequest>,
  itemsAmount: number,
): Delivery {
  const method = methods.find((one) => one.id === id);
  if (!method)
    throw new DomainError(
      'unprocessable',
      'unknown-delivery-method',
      `There is no delivery method ${id}. Choose one of: ${list(methods)}.`,
      { methods: methods.map((one) => one.id) },
    );
  const { country } = address;
  if (!reaches(method, country)) {
    const others = methods.filter((one) => reaches(one, country));
    const where = names.of(country) ?? country;
    const what =
      others.length > 0 ? `Choose one of: ${list(others)}` : `The shop delivers nothing there`;
    throw new DomainError(
      'unprocessable',
      'country-not-served',
      `${method.name} does not go to ${where}. ${what}.`,
      { methods: others.map((one) => one.id) },
    );
  }
  const isFree = method.freeFrom !== undefined && itemsAmount >= method.freeFrom;
  return { method: id, name: method.name, price: isFree ? 0 : method.price, address };
}

function reaches({ countries }: DeliveryMethod, country: string): boolean {
  return countries?.includes(country) ?? true;
}

function list(methods: readonly DeliveryMethod[]): string {
  return methods.map(({ name }) => name).join(', ');
}
