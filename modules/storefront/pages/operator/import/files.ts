/** The files of an import, told apart by their names. */
import { signal } from '@preact/signals';

export interface Chosen {
  products?: File;
  /** A zip. */
  pictures?: File;
  /** A mapping of one's own, in JSON. */
  mapping?: File;
  /** The name of the mapping that comes along; empty: none, or the file. */
  shipped: string;
}

/** The mappings that come along. */
export const SHIPPED = ['shopify', 'woocommerce', 'medusa'] as const;

/** Kept while another section is looked at; a file is read only when it is sent. */
export const chosen = signal<Chosen>({ shipped: '' });

/** What a file of this name is. */
export function kindOf(name: string): 'products' | 'pictures' | 'mapping' {
  if (/\.zip$/i.test(name)) return 'pictures';
  return /\.json$/i.test(name) ? 'mapping' : 'products';
}

/** Whether a file of this name is CSV, which wants a mapping. */
export const isCsv = (name: string): boolean => /\.(?:csv|tsv)$/i.test(name);

/** Adds files to those that were chosen; one of each kind counts, the last. */
export function choose(files: readonly File[]): void {
  const more = Object.fromEntries(files.map((file) => [kindOf(file.name), file]));
  const shipped = 'mapping' in more ? '' : chosen.value.shipped;
  chosen.value = { ...chosen.value, ...more, shipped };
}

export function remove(kind: 'products' | 'pictures' | 'mapping'): void {
  const { [kind]: _, ...rest } = chosen.value;
  chosen.value = rest;
}

/** What is missing before they can be sent, in words; undefined: nothing. */
export function missingIn({ products, mapping, shipped }: Chosen): string | undefined {
  if (!products) return 'Choose a file of products.';
  if (isCsv(products.name) && !mapping && shipped === '')
    return 'Choose the mapping of the CSV file, or add one of your own as a .json file.';
  return undefined;
}

/** The form that they are sent as. */
export async function formOf({ products, pictures, mapping, shipped }: Chosen): Promise<FormData> {
  const form = new FormData();
  const isMapped = products !== undefined && isCsv(products.name);
  if (isMapped) form.append('mapping', shipped || ((await mapping?.text()) ?? ''));
  if (products) form.append('products', products);
  if (pictures) form.append('pictures', pictures);
  return form;
}
