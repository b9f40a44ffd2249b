/** TLS to Redis, as a REDIS_URL asks for it. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/**
 * For `rediss…://`, what the connections to all servers need; for others nothing. `tlsCAFile` and
 * `tlsCertificateKeyFile` in the query name files in PEM, by the words that MongoDB's URLs have for them.
 *
 * @throws Error that names a file which cannot be read
 */
export function tlsOf({ protocol, searchParams }: URL): { tls?: ConnectionOptions } {
  if (!protocol.startsWith('rediss')) return {};
  const [ca, client] = ['tlsCAFile', 'tlsCertificateKeyFile'].map((name) =>
    readNamed(name, searchParams.get(name)),
  );
  return { tls: { ...(ca && { ca }), ...(client && { cert: client, key: client }) } };
}

function readNamed(name: string, file: string | null): Buffer | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`REDIS_URL names ${file} as its ${name}, which cannot be read: ${code}.`, {
      cause: error,
    });
  }
}
