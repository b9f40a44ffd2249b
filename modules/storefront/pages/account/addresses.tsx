/** The addresses of an account: listed, added, changed, removed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Account, Address, SavedAddress } from '../../../gateway/api.ts';
import { AddressFields, AddressLines, toAddress } from '../components/address-fields.tsx';
import { CheckedForm } from '../components/checked-form.tsx';
import { confirmed } from '../components/confirm.tsx';
import { ProblemNotice } from '../components/states.tsx';
import { addAddress, removeAddress, replaceAddress } from '../lib/account.ts';
import { countryOf } from '../lib/countries.ts';

/** Addresses that an account keeps at most. */
const MAX_ADDRESSES = 10;

/** The address that is open in the form: one that is kept, or a new one. */
type Open = SavedAddress | 'new' | undefined;

export function Addresses({
  account,
  locale,
  onChange,
}: {
  account: Account;
  locale: string;
  onChange: (account: Account) => void;
}) {
  const [open, setOpen] = useState<Open>();
  const [error, setError] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);
  const { addresses } = account;

  /** Closes the form or takes a row away; the focus does not go with it. */
  const close = () => {
    setOpen(undefined);
    heading.current?.focus();
  };

  const keep = async (address: Address) => {
    if (open === 'new' || !open) {
      const added = await addAddress(address);
      const others = addresses.filter(({ addressId }) => addressId !== added.addressId);
      onChange({ ...account, addresses: [...others, added] });
    } else {
      const changed = await replaceAddress(open.addressId, address);
      const isIt = ({ addressId }: SavedAddress) => addressId === changed.addressId;
      onChange({ ...account, addresses: addresses.map((one) => (isIt(one) ? changed : one)) });
    }
    close();
    return undefined;
  };

  const remove = async ({ addressId, line1 }: SavedAddress) => {
    if (!(await confirmed(`Remove the address “${line1}”?`, 'Remove it'))) return;
    try {
      await removeAddress(addressId);
      setError(undefined);
      onChange({ ...account, addresses: addresses.filter((one) => one.addressId !== addressId) });
      close();
    } catch (failure) {
      setError(failure);
    }
  };

  return (
    <section class="panel" aria-labelledby="addresses">
      <h2 id="addresses" tabIndex={-1} ref={heading}>
        Addresses
      </h2>
      {addresses.length === 0 && open === undefined && (
        <p>None yet. One that is kept here need not be typed again when you order.</p>
      )}
      <ul class="addresses">
        {addresses.map((address) => (
          <li key={address.addressId}>
            <AddressLines address={address} />
            <span class="row">
              <button
                type="button"
                aria-label={`Change ${address.line1}`}
                onClick={() => setOpen(address)}
              >
                Change
              </button>
              <button
                type="button"
                aria-label={`Remove ${address.line1}`}
                onClick={() => void remove(address)}
              >
                Remove
              </button>
            </span>
          </li>
        ))}
      </ul>
      {error !== undefined && <ProblemNotice error={error} />}
      {open !== undefined && (
        <AddressForm
          key={open === 'new' ? 'new' : open.addressId}
          address={
            open === 'new' ? { ...(account.name !== undefined && { name: account.name }) } : open
          }
          title={open === 'new' ? 'A new address' : 'Change the address'}
          country={countryOf(locale)}
          keep={keep}
          cancel={close}
        />
      )}
      {open === undefined && addresses.length < MAX_ADDRESSES && (
        <button type="button" onClick={() => setOpen('new')}>
          Add an address
        </button>
      )}
    </section>
  );
}

function AddressForm({
  address,
  title,
  country,
  keep,
  cancel,
}: {
  address: Partial<Address>;
  title: string;
  country: string | undefined;
  keep: (address: Address) => Promise<undefined>;
  cancel: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <h3 id="address" tabIndex={-1} ref={heading}>
        {title}
      </h3>
      <CheckedForm
        aria-labelledby="address"
        action="Save the address"
        run={(values) => keep(toAddress(values))}
        extra={
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        }
      >
        <AddressFields address={address} country={country} />
      </CheckedForm>
    </>
  );
}
