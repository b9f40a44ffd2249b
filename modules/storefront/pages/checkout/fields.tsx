/** The fields of the checkout: whom the shop writes to, and where the order goes. */
import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import type { SavedAddress } from '../../../gateway/api.ts';
import { errors } from './validation.ts';

/** At least one letter, digit or sign. */
const SOMETHING = '.*\\S.*';

/** Whom the shop writes to. */
export function Contact() {
  return (
    <fieldset class="panel">
      <legend>Contact</legend>
      <Text
        name="email"
        label="Email"
        type="email"
        autocomplete="email"
        maxLength={254}
        required
        missing="Enter your email: the shop writes to it about your order."
        wrong="Enter an email such as name@example.com."
      />
      <Text
        name="phone"
        label="Phone (optional)"
        type="tel"
        autocomplete="tel"
        maxLength={40}
        pattern="\+?[0-9][0-9 \(\)\.\/\-]{2,38}"
        wrong="Enter a phone number in digits, such as +49 30 123456, or none."
      />
    </fieldset>
  );
}

/** Where the order goes; `children` stands above, such as a choice of saved addresses. */
export function Address({
  countries,
  locale,
  children,
}: {
  countries: readonly string[];
  locale: string;
  children?: ComponentChildren;
}) {
  return (
    <fieldset class="panel">
      <legend>Delivery address</legend>
      {children}
      <Text
        name="name"
        label="Name"
        autocomplete="shipping name"
        maxLength={200}
        required
        missing="Enter the name of who receives it."
      />
      <Text
        name="line1"
        label="Street and number"
        autocomplete="shipping address-line1"
        maxLength={200}
        required
        missing="Enter the street and number."
      />
      <Text
        name="line2"
        label="Apartment, company (optional)"
        autocomplete="shipping address-line2"
        maxLength={200}
      />
      <div class="beside">
        <Text
          name="postalCode"
          label="Postal code"
          autocomplete="shipping postal-code"
          maxLength={20}
          required
          missing="Enter the postal code."
        />
        <Text
          name="city"
          label="City"
          autocomplete="shipping address-level2"
          maxLength={100}
          required
          missing="Enter the city."
        />
      </div>
      <Text
        name="region"
        label="State or region (optional)"
        autocomplete="shipping address-level1"
        maxLength={100}
      />
      <Country countries={countries} locale={locale} />
    </fieldset>
  );
}

/** The addresses that the account keeps. */
export function SavedAddresses({
  addresses,
  onChoose,
}: {
  addresses: readonly SavedAddress[];
  onChoose: (address: SavedAddress) => void;
}) {
  return (
    <div class="field">
      <label for="saved-address">Your saved addresses</label>
      <select
        id="saved-address"
        onChange={({ currentTarget: { value } }) => {
          const chosen = addresses.find(({ addressId }) => addressId === value);
          if (chosen) onChoose(chosen);
        }}
      >
        <option value="">Choose one to fill it in</option>
        {addresses.map(({ addressId, name, line1, city }) => (
          <option key={addressId} value={addressId} dir="auto">
            {[name, line1, city].join(', ')}
          </option>
        ))}
      </select>
    </div>
  );
}

function Country({ countries, locale }: { countries: readonly string[]; locale: string }) {
  const names = new Intl.DisplayNames([locale, 'en'], { type: 'region' });
  const options = countries
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .toSorted((a, b) => a.name.localeCompare(b.name, locale));
  return (
    <Labelled name="country" label="Country">
      <select
        id={idOf('country')}
        name="country"
        autocomplete="shipping country"
        required
        data-missing="Choose the country."
        {...describedBy('country')}
      >
        <option value="">Choose a country</option>
        {options.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

function Text({
  name,
  label,
  missing,
  wrong,
  ...attributes
}: {
  name: string;
  label: string;
  missing?: string;
  wrong?: string;
} & InputHTMLAttributes) {
  return (
    <Labelled name={name} label={label}>
      <input
        id={idOf(name)}
        name={name}
        dir="auto"
        pattern={attributes.required && !attributes.type ? SOMETHING : undefined}
        data-missing={missing}
        data-wrong={wrong ?? missing}
        {...attributes}
        {...describedBy(name)}
      />
    </Labelled>
  );
}

function Labelled({
  name,
  label,
  children,
}: {
  name: string;
  label: string;
  children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={idOf(name)}>{label}</label>
      {children}
      <span class="field-error" id={`${idOf(name)}-error`}>
        {errors.value[name]}
      </span>
    </div>
  );
}

const idOf = (name: string) => `checkout-${name}`;

function describedBy(name: string) {
  const isWrong = errors.value[name] !== undefined;
  return {
    'aria-invalid': isWrong ? ('true' as const) : undefined,
    'aria-describedby': isWrong ? `${idOf(name)}-error` : undefined,
  };
}
