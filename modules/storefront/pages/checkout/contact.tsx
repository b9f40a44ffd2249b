/** Whom the shop writes to, and the addresses that the account keeps. */
import type { SavedAddress } from '../../../gateway/api.ts';
import { CheckedField } from '../components/checked-fields.tsx';

/** Whom the shop writes to. */
export function Contact() {
  return (
    <fieldset class="panel">
      <legend>Contact</legend>
      <CheckedField
        label="Email"
        name="email"
        type="email"
        autocomplete="email"
        maxLength={254}
        required
      />
      <CheckedField
        label="Phone (optional)"
        name="phone"
        type="tel"
        autocomplete="tel"
        maxLength={40}
        pattern="\+?[0-9][0-9 \(\)\.\/\-]{2,38}"
        title="Please write a phone number in digits, such as +49 30 123456, or none."
      />
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
