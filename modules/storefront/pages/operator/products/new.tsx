/** A product that is created; its picture is given on its own page then. */
import { CheckedField } from '../../components/checked-fields.tsx';
import { CheckedForm } from '../../components/checked-form.tsx';
import { createProduct, hashOf } from './calls.ts';
import { DetailFields, readDetails } from './fields.tsx';

export function NewProduct() {
  return (
    <>
      <p>
        <a href="#products">All products</a>
      </p>
      <div class="panel">
        <h3>New product</h3>
        <CheckedForm
          action="Create"
          isPrimary
          run={create}
          fieldOf={{ 'product-exists': 'productId' }}
        >
          <div class="product-fields">
            <CheckedField
              name="productId"
              label="Number"
              hint="Letters, digits, . _ -; it stays for ever"
              required
              pattern="[A-Za-z0-9_.\-]{1,64}"
              title="Please use up to 64 letters, digits, full stops, _ or -."
              maxLength={64}
              autocapitalize="none"
              spellcheck={false}
            />
            <CheckedField
              name="stockQty"
              label="In stock"
              type="number"
              min={0}
              max={1_000_000_000}
              step={1}
              required
              defaultValue="0"
            />
          </div>
          <DetailFields />
        </CheckedForm>
      </div>
    </>
  );
}

async function create(values: Record<string, string>): Promise<undefined> {
  const { productId = '', stockQty } = values;
  const body = { ...readDetails(values), productId, stockQty: Number(stockQty) };
  await createProduct(body);
  location.hash = hashOf(productId);
}
