/** The fields of a postal address, and an address as it stands on a parcel. */
import type { Address } from '../../../gateway/api.ts';
import { countries, countryName, type Country } from '../lib/countries.ts';
import { CheckedChoice, CheckedField } from './checked-fields.tsx';

/**
 * The fields, in a checked form; `country` is chosen where the address has none yet, of all countries or of
 * these.
 */
export function AddressFields({
  address,
  country,
  among = countries(),
}: {
  address?: Partial<Address>;
  country?: string | undefined;
  among?: readonly Country[];
}) {
  const options = among.map(({ code, name }) => ({ value: code, text: name }));
  const line = (
    name: keyof Address,
    label: string,
    autocomplete: string,
    maxLength: number,
    required = true,
  ) => (
    <CheckedField
      label={label}
      name={name}
      autocomplete={autocomplete}
      maxLength={maxLength}
      required={required}
      defaultValue={address?.[name]}
    />
  );
  return (
    <>
      {line('name', 'Name', 'name', 200)}
      {line('line1', 'Street and number', 'address-line1', 200)}
      {line('line2', 'Flat, floor, company (optional)', 'address-line2', 200, false)}
      <div class="beside">
        {line('postalCode', 'Postal code', 'postal-code', 20)}
        {line('city', 'City', 'address-level2', 100)}
      </div>
      {line('region', 'State or region (optional)', 'address-level1', 100, false)}
      <CheckedChoice
        label="Country"
        name="country"
        autocomplete="country"
        required
        options={[{ value: '', text: 'Choose a country' }, ...options]}
        chosen={address?.country ?? country}
      />
    </>
  );
}

/** What was typed as an address; what was left empty is left out. */
export function toAddress(values: Record<string, string>): Address {
  const { name = '', line1 = '', line2, city = '', postalCode = '', region, country = '' } = values;
  return {
    name,
    line1,
    ...(line2 && { line2 }),
    city,
    postalCode,
    ...(region && { region }),
    country,
  };
}

/** An address, line by line. */
export function AddressLines({ address }: { address: Address }) {
  const { name, line1, line2, postalCode, city, region, country } = address;
  const lines = [name, line1, line2, `${postalCode} ${city}`, region, countryName(country)];
  return (
    <address>
      {lines.map(
        (line, i) =>
          line && (
            <span key={i} dir="auto">
              {line}
            </span>
          ),
      )}
    </address>
  );
}
