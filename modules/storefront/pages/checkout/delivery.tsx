/** How the order is delivered, and what that costs. */
import type { DeliveryMethod } from '../../../orders/api.ts';
import { countries as allCountries, type Country } from '../lib/countries.ts';
import { counted, money } from '../lib/format.ts';

/** Where the shop delivers. */
export function countriesOf(methods: readonly DeliveryMethod[]): readonly Country[] {
  return allCountries().filter(({ code }) => methodsTo(methods, code).length > 0);
}

/** The methods that go to a country; all while none is chosen. */
export function methodsTo(methods: readonly DeliveryMethod[], country = ''): DeliveryMethod[] {
  if (country === '') return [...methods];
  return methods.filter(({ countries }) => countries?.includes(country) ?? true);
}

/** What a method costs where the items cost so much, as the shop will say. */
export function priceOf({ price, freeFrom }: DeliveryMethod, itemsAmount: number): number {
  return freeFrom !== undefined && itemsAmount >= freeFrom ? 0 : price;
}

/** The methods to choose from. */
export function Methods({
  methods,
  chosen,
  itemsAmount,
}: {
  methods: readonly DeliveryMethod[];
  chosen: string | undefined;
  itemsAmount: number;
}) {
  return (
    <fieldset class="panel">
      <legend>Delivery method</legend>
      {methods.length === 0 && <p>The shop does not deliver to this country.</p>}
      {methods.map((method) => (
        <label key={method.id} class="choice">
          <input type="radio" name="method" value={method.id} checked={method.id === chosen} />
          <span>
            <span dir="auto">{method.name}</span>
            <span class="fine">{timeOf(method)}</span>
            {method.freeFrom !== undefined && priceOf(method, itemsAmount) > 0 && (
              <span class="fine">Free from {money(method.freeFrom)}</span>
            )}
          </span>
          <strong>{shownPrice(priceOf(method, itemsAmount))}</strong>
        </label>
      ))}
    </fieldset>
  );
}

/** A price of delivery in words. */
export function shownPrice(price: number): string {
  return price === 0 ? 'Free' : money(price);
}

function timeOf({ minDays, maxDays }: DeliveryMethod): string {
  if (maxDays === 0) return 'Today';
  if (minDays === maxDays) return counted(maxDays, 'day');
  return `${minDays} to ${maxDays} days`;
}
