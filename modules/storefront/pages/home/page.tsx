/** The home page: what the shop has, at a glance. */
import type { ComponentChildren } from 'preact';
import type { ProductItem } from '../../../products/api.ts';
import { addressOf, namesList, toAddress } from '../catalogue/query.ts';
import { Picture } from '../components/picture.tsx';
import { ProductCard } from '../components/product-card.tsx';
import { count, counted, money, toField } from '../lib/format.ts';
import type { Page } from '../lib/page.ts';
import { loadHome, type HomeData } from './load.ts';

export const home: Page<HomeData> = {
  name: 'home',
  path: '/',
  bundle: 'shop',
  head: () => ({
    title: 'Home',
    description: 'New arrivals, good prices, and everything else that the shop has.',
    canonical: '/',
  }),
  movedTo: (search) => (namesList(search) ? `/products${search}` : undefined),
  load: loadHome,
  View: ({ data }) => (data.total === 0 ? <NothingYet /> : <Home data={data} />),
};

function Home({ data }: { data: HomeData }) {
  const { total, brandCount, brands, categories, newest, bargains } = data;
  return (
    <div class="home">
      <section class="hero">
        <h1>
          Good things, <em>easily found.</em>
        </h1>
        <p>
          {total === 1 ? 'One product' : `${count(total)} products`}
          {brandCount > 1 && ` from ${count(brandCount)} brands`}. Pick what you like: no account is
          needed.
        </p>
        <p class="row">
          <a class="button primary" href="/products">
            See everything
          </a>
          {bargains && (
            <a class="button" href={upTo(bargains.most)}>
              {money(bargains.most)} or less
            </a>
          )}
        </p>
      </section>
      {categories.length > 1 && (
        <section aria-labelledby="categories">
          <h2 id="categories">Shop by category</h2>
          <ul class="categories">
            {categories.map(({ value, count: products, product }) => (
              <li key={value}>
                <a href={addressOf('category', value)}>
                  <Picture
                    product={product ?? { name: value, imageUrl: null }}
                    sizes="(max-width: 48rem) 8rem, 17rem"
                    eager
                  />
                  <strong dir="auto">{value}</strong>
                  <span class="tally">{counted(products, 'product')}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Shelf id="newest" title="New arrivals" items={newest} href="/products" />
      {bargains && (
        <Shelf
          id="bargains"
          title={`${money(bargains.most)} or less`}
          items={bargains.items}
          href={upTo(bargains.most)}
        />
      )}
      {brands.length > 1 && (
        <section aria-labelledby="brands">
          <h2 id="brands">Brands</h2>
          <ul class="chips">
            {brands.map((brand) => (
              <li key={brand}>
                <a class="chip" href={addressOf('brand', brand)} dir="auto">
                  {brand}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** The address of the list of what costs an amount at most. */
function upTo(amount: number): string {
  return toAddress(new URLSearchParams({ maxPrice: toField(amount), sort: 'price' }));
}

function Shelf({
  id,
  title,
  items,
  href,
}: {
  id: string;
  title: ComponentChildren;
  items: readonly ProductItem[];
  href: string;
}) {
  return (
    <section aria-labelledby={id}>
      <div class="shelf-head">
        <h2 id={id}>{title}</h2>
        <a href={href}>
          See all<span class="unseen">: {title}</span>
        </a>
      </div>
      <ul class="grid">
        {items.map((product) => (
          <ProductCard key={product.productId} product={product} />
        ))}
      </ul>
    </section>
  );
}

function NothingYet() {
  return (
    <section class="hero">
      <h1>
        The shop is <em>being filled.</em>
      </h1>
      <p>Nothing is for sale yet. Please come back soon.</p>
      <p class="fine">
        Is it your shop? The guide “Import a catalogue” says how to fill it from a file;{' '}
        <a href="/operator">the operator’s page</a> shows what is in it.
      </p>
    </section>
  );
}
