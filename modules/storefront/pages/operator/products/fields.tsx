/** The fields of a product's details, for a new one and one that is there; and what is written in them. */
import type { OperatorProduct } from '../../../../products/api.ts';
import { CheckedField, CheckedText } from '../../components/checked-fields.tsx';
import { currency, priceDecimals, toField } from '../../lib/format.ts';
import type { Written } from './calls.ts';
import { amountOf, valuesOf, wantsAmount } from './typed.ts';

const TEXTS = [
  { name: 'brand', label: 'Brand', maxLength: 100 },
  { name: 'variantName', label: 'Variant', maxLength: 200 },
  { name: 'category', label: 'Category', maxLength: 100 },
  { name: 'subCategory', label: 'Sub-category', maxLength: 100 },
  { name: 'gender', label: 'Gender', maxLength: 100 },
  { name: 'ageGroup', label: 'Age group', maxLength: 100 },
  { name: 'season', label: 'Season', maxLength: 100 },
  { name: 'usage', label: 'Usage', maxLength: 100 },
] as const;

const LISTS = [
  { name: 'colors', label: 'Colours' },
  { name: 'sizes', label: 'Sizes' },
  { name: 'displayCategories', label: 'Shelves' },
] as const;

/** What an amount looks like, for the field that checks it. */
const amountPattern = () =>
  priceDecimals() === 0 ? '[0-9]{1,9}' : `[0-9]{1,9}([.,][0-9]{0,${priceDecimals()}})?`;

export function DetailFields({ product }: { product?: OperatorProduct | undefined }) {
  return (
    <>
      <div class="product-fields">
        <CheckedField
          name="name"
          label="Name"
          required
          maxLength={200}
          defaultValue={product?.name ?? ''}
        />
        <CheckedField
          name="price"
          label={`Price in ${currency()}`}
          inputMode="decimal"
          required
          pattern={amountPattern()}
          title={wantsAmount(currency(), priceDecimals())}
          defaultValue={product ? toField(product.price) : ''}
        />
        {TEXTS.map(({ name, ...field }) => (
          <CheckedField key={name} name={name} {...field} defaultValue={product?.[name] ?? ''} />
        ))}
        {LISTS.map(({ name, label }) => (
          <CheckedField
            key={name}
            name={name}
            label={label}
            hint="With commas between"
            maxLength={2000}
            defaultValue={product?.[name].join(', ') ?? ''}
          />
        ))}
      </div>
      <CheckedText
        name="description"
        label="Description"
        hint="Text, or simple HTML: paragraphs, lists, bold"
        rows={5}
        maxLength={65_536}
        defaultValue={product?.description ?? ''}
      />
    </>
  );
}

/** What the fields hold, as the API takes it; of a product that is there only what differs. */
export function readDetails(values: Record<string, string>, product?: OperatorProduct): Written {
  const written: Written = {};
  for (const name of ['name', 'description', ...TEXTS.map((field) => field.name)] as const) {
    const value = values[name] ?? '';
    if (value !== (product?.[name] ?? '')) written[name] = value;
  }
  for (const { name } of LISTS) {
    const value = values[name] ?? '';
    if (value !== (product?.[name].join(', ') ?? '')) written[name] = valuesOf(value);
  }
  const price = amountOf(values['price'] ?? '', priceDecimals());
  if (price !== undefined && price !== product?.price) written['price'] = price;
  return written;
}
