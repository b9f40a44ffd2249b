/** Imports by the REST API, as a browser sends them: forms with files, and zips made byte by byte. */
import { crc32, deflateRawSync } from 'node:zlib';
import type { ProductImport } from '../../../modules/products/api.ts';
import { ADMIN_TOKEN, eventually, type TestHost } from '../../support.ts';
import { operate } from './operator.ts';

export interface Parts {
  products?: { name: string; text: string | Buffer };
  pictures?: Buffer;
  mapping?: string;
}

/** Sends an import. */
export async function send(host: TestHost, parts: Parts, query = '', token = ADMIN_TOKEN) {
  const form = new FormData();
  const { products, pictures, mapping } = parts;
  if (mapping !== undefined) form.append('mapping', mapping);
  if (products) form.append('products', new Blob([products.text as string]), products.name);
  if (pictures) form.append('pictures', new Blob([new Uint8Array(pictures)]), 'pictures.zip');
  const encoded = new Response(form);
  return host.app.inject({
    method: 'POST',
    url: `/api/admin/product-imports${query}`,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': encoded.headers.get('content-type')!,
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  });
}

export const ndjson = (...lines: readonly string[]) => ({
  products: { name: 'products.ndjson', text: lines.join('\n') },
});

/** Sends an import that must be taken, and waits for its end. */
export async function imported(host: TestHost, parts: Parts, query = ''): Promise<ProductImport> {
  const begun = await send(host, parts, query);
  if (begun.statusCode !== 202) throw new Error(`the import was refused: ${begun.body}`);
  return ended(host, begun.json<ProductImport>().importId);
}

export function ended(host: TestHost, importId: string): Promise<ProductImport> {
  return eventually('the import has ended', async () => {
    const one = await shown(host, importId);
    return one.state !== 'running' && one;
  });
}

export async function shown(host: TestHost, importId: string): Promise<ProductImport> {
  return (await operate(host, 'GET', `product-imports/${importId}`)).json<ProductImport>();
}

export interface Packed {
  name: string;
  bytes: Buffer;
  /** What it says that it holds, where that is not the truth. */
  claims?: number;
}

/** A zip of these files: by hand, since no library writes one that is wrong. */
export function zipOf(...files: readonly Packed[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claims = bytes.length } of files) {
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 0]);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), made, common, more, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}
