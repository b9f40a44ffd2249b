/** Files that come slowly: an import may take longer to come than any other request. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { ADMIN_TOKEN, type TestHost } from '../../support.ts';
import { line, startCatalogue } from './catalogue.ts';

/** Sends the head and the beginning of a body; gives both ends of the connection. */
async function begin(host: TestHost, path: string, type: string, body: string) {
  const { port } = host.app.server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const arrived = once(host.app.server, 'request') as Promise<[IncomingMessage]>;
  client.write(
    [
      `POST /api/admin/${path} HTTP/1.1`,
      'host: shop',
      `authorization: Bearer ${ADMIN_TOKEN}`,
      `content-type: ${type}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body.slice(0, 100),
    ].join('\r\n'),
  );
  const [{ socket }] = await arrived;
  // What Node.js says of a request that has taken too long, half a minute later.
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  return { client, tooLate: () => host.app.server.emit('clientError', late, socket) };
}

const answerOf = (client: Socket): Promise<string> => text(client);

test('an import goes on though its files come slowly; another request is answered 408', async (t) => {
  const host = await startCatalogue(t);
  await host.app.listen({ host: '127.0.0.1', port: 0 });
  const form = [
    '--end',
    'content-disposition: form-data; name="products"; filename="some.ndjson"',
    '',
    line(),
    '--end--',
    '',
  ].join('\r\n');
  const type = 'multipart/form-data; boundary=end';
  const slow = await begin(host, 'product-imports', type, form);
  slow.tooLate();
  slow.client.write(form.slice(100));
  t.match(await answerOf(slow.client), /^HTTP\/1.1 202 /);

  const body = JSON.stringify({ productId: 'a', name: 'A'.repeat(150), price: 1 });
  const other = await begin(host, 'products', 'application/json', body);
  other.tooLate();
  t.match(await answerOf(other.client), /^HTTP\/1.1 408 /);
});
