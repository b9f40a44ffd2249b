/** Countries that something can be sent to, by the two letters of ISO 3166. */

export interface Country {
  code: string;
  name: string;
}

/** Codes that Unicode has names for, and that are no country: groups, test codes, an unknown one. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

let known: Country[] | undefined;

/** All countries, by their names. */
export function countries(): readonly Country[] {
  known ??= LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .flatMap((code) => {
      const name = NO_COUNTRIES.has(code) ? undefined : names.of(code);
      // A code that another has replaced is none.
      return name !== undefined && new Intl.Locale(`und-${code}`).region === code
        ? [{ code, name }]
        : [];
    })
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  return known;
}

/** What a country is called, or its letters where it has no name. */
export function countryName(code: string): string {
  return countries().find((country) => country.code === code)?.name ?? code;
}

/** The country that a language says somebody is in, if it says so: `GB` of `en-GB`. */
export function countryOf(locale: string): string | undefined {
  return new Intl.Locale(locale).region;
}
