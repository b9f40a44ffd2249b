/** The operator's calls of the catalogue, for the calls that are made of every shape of a shop. */
import { ADMIN_TOKEN } from '../support.ts';
import type { Client, Question } from './record.ts';

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
const operator: Question = { headers };
const NEW = { productId: 'desk-lamp', name: 'Desk Lamp', price: 4900, stockQty: 3 };

/** Creates a product, changes it, takes it out of the shop and brings it back; and tries an import. */
export async function runTheCatalogue({ ask, settled }: Client): Promise<void> {
  const product = `/api/admin/products/${NEW.productId}`;
  await ask(201, 'POST /api/admin/products', { headers, body: NEW });
  await ask(409, 'POST /api/admin/products', { headers, body: NEW });
  await ask(400, 'POST /api/admin/products', { headers, body: { ...NEW, productId: '..' } });
  await ask(200, 'GET /api/admin/products?search=desk-lamp&archived=also', operator);
  await ask(400, 'GET /api/admin/products?archived=perhaps', operator);
  await ask(409, `PATCH ${product}`, { headers, body: { price: 0 } });
  await ask(200, `PATCH ${product}`, { headers, body: { price: 0, confirm: true } });
  const stale = { ...headers, 'if-match': '"1"' };
  await ask(412, `PATCH ${product}`, { headers: stale, body: { brand: 'Lumen' } });
  const picture = { headers: { ...headers, 'content-type': 'image/png' }, text: 'no picture' };
  await ask(415, `PUT ${product}/picture`, picture);
  await ask(200, `DELETE ${product}/picture`, operator);
  await ask(200, `POST ${product}/archive`, operator);
  await ask(404, `GET /api/products/${NEW.productId}`);
  await ask(200, `POST ${product}/restore`, operator);
  await ask(200, `POST ${product}/archive`, operator);
  await ask(200, `GET ${product}/history`, operator);

  const form = { ...headers, 'content-type': 'multipart/form-data; boundary=end' };
  const text = [
    '--end',
    'content-disposition: form-data; name="products"; filename="some.ndjson"',
    '',
    JSON.stringify({ productId: 'a', productDisplayName: 'A', price: 1 }),
    JSON.stringify({ productId: 'b', productDisplayName: 'B', price: -1 }),
    '--end--',
    '',
  ].join('\r\n');
  const imports = '/api/admin/product-imports';
  const begun = await ask<{ importId: string }>(202, `POST ${imports}?dryRun=true`, {
    headers: form,
    text,
  });
  const one = `${imports}/${begun.body.importId}`;
  await settled<{ endedAt: string | null }>(
    `GET ${one}`,
    operator,
    ({ endedAt }) => endedAt !== null,
  );
  await ask(200, `GET ${one}/bad-lines`, operator);
  await ask(409, `POST ${one}/cancel`, operator);
  await ask(200, `GET ${imports}`, operator);
  await ask(404, `GET ${imports}/none`, operator);
}
