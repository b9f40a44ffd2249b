/** Products: the table of them, one of them, and a new one. */
import { Allowed, type SectionProps } from '../parts.tsx';
import { NewProduct } from './new.tsx';
import { ProductTable } from './list.tsx';
import { OneProduct } from './one.tsx';

/** The address of the page that creates one; no product can be called so. */
export const NEW = '+new';

export function Products({ rest: [productId] }: SectionProps) {
  if (!productId) return <ProductTable />;
  if (productId === NEW)
    return (
      <Allowed to="support">
        <NewProduct />
      </Allowed>
    );
  return <OneProduct key={productId} productId={productId} />;
}
