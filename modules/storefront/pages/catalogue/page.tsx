/** The catalogue: its address says what is shown. */
import type { ProductPage } from '../../../products/api.ts';
import { ProductCard } from '../components/product-card.tsx';
import { count } from '../lib/format.ts';
import type { Page } from '../lib/page.ts';

export const catalogue: Page<ProductPage> = {
  name: 'catalogue',
  path: '/products',
  bundle: 'shop',
  head: () => ({ title: 'The whole shop', canonical: '/products' }),
  load: (get, { search }) => get(`/api/products${search}`),
  View: ({ data: { items, total } }) => (
    <section class="results" aria-labelledby="heading">
      <h1 id="heading">The whole shop</h1>
      <p role="status">{total === 1 ? '1 product' : `${count(total)} products`}</p>
      <ul class="grid">
        {items.map((product) => (
          <ProductCard key={product.productId} product={product} />
        ))}
      </ul>
    </section>
  ),
};
