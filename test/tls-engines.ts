/** Engines of a test's own that speak TLS alone. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { findRedis } from '../engines/locate.mjs';
import { freePort } from '../engines/port.ts';
import { redisProgram } from '../engines/redis.ts';
import type { Authority, CertificateFiles } from './certificates.ts';
import { openServers, pathOf, type Server } from './servers.ts';
import { eventually } from './support.ts';

const run = promisify(execFile);

/** The options of a Redis, or a Sentinel, for TLS on its port alone. */
export function tlsOptions(
  port: number,
  { certificate, key }: CertificateFiles,
  authority: Authority,
): [string, string][] {
  return [
    ['port', '0'],
    ['tls-port', `${port}`],
    ['tls-cert-file', certificate],
    ['tls-key-file', key],
    ['tls-ca-cert-file', authority.file],
    // Between servers too, of which each shows its own certificate.
    ['tls-replication', 'yes'],
  ];
}

/** Starts a Redis that demands a certificate of its clients too, as is its default, unless `more` says otherwise. */
export async function startTlsRedis(
  t: Test,
  authority: Authority,
  files: CertificateFiles,
  ...more: string[]
): Promise<Server> {
  return openServers(t)('redis', (home, port) => {
    const program = redisProgram(pathOf(findRedis()), home, port);
    const options = tlsOptions(port, files, authority).map(([name, value]) => [`--${name}`, value]);
    return {
      ...program,
      args: [...program.args, ...options.flat(), ...more],
      isReady: () => answers(port, files),
    };
  });
}

/** Starts a Redis Cluster of three masters that speak TLS alone, also among each other. */
export async function startTlsCluster(
  t: Test,
  authority: Authority,
  files: CertificateFiles,
): Promise<Server[]> {
  const nodes: Server[] = [];
  for (let i = 0; i < 3; i += 1) {
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', `${await freePort()}`];
    nodes.push(await startTlsRedis(t, authority, files, ...cluster, '--tls-cluster', 'yes'));
  }
  const cli = pathOf(findRedis()).replace(/server$/, 'cli');
  const tls = [
    '--tls',
    '--cacert',
    authority.file,
    '--cert',
    files.certificate,
    '--key',
    files.key,
  ];
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await run(cli, [...tls, '--cluster', 'create', ...addresses, '--cluster-yes']);
  for (const { port } of nodes)
    await eventually(`the node at port ${port} knows that all slots are served`, async () => {
      const { stdout } = await run(cli, [...tls, '-p', `${port}`, 'cluster', 'info']);
      return stdout.includes('cluster_state:ok');
    });
  return nodes;
}

/** Starts a Sentinel that watches that Redis, over TLS likewise. Gives its port. */
export async function startTlsSentinel(
  t: Test,
  authority: Authority,
  files: CertificateFiles,
  master: Server,
): Promise<Server> {
  return openServers(t)('sentinel', (home, port) => {
    const file = join(home, 'sentinel.conf');
    const lines = [
      ...tlsOptions(port, files, authority).map((option) => option.join(' ')),
      'tls-auth-clients no',
      'bind 127.0.0.1',
      `dir ${home}`,
      `logfile ${join(home, 'sentinel.log')}`,
      `sentinel monitor millrace 127.0.0.1 ${master.port} 1`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const program = redisProgram(pathOf(findRedis()), home, port);
    return { ...program, args: [file, '--sentinel'], isReady: () => answers(port, files) };
  });
}

async function answers(port: number, { certificate, key }: CertificateFiles): Promise<boolean> {
  const [cert, own] = [certificate, key].map((file) => readFileSync(file));
  const socket = connect({ port, host: '127.0.0.1', cert, key: own, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    socket.write('PING\r\n');
    return String((await once(socket, 'data'))[0]).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Speaks TLS in front of a server that does not: MongoDB's Windows build cannot under Wine, which refuses
 * `CertCreateCertificateChainEngine`. Gives the port. With `clients` it demands a certificate of these too.
 */
export async function openTlsFront(
  t: Test,
  port: number,
  files: CertificateFiles,
  clients?: Authority,
): Promise<number> {
  const server = createServer(
    {
      cert: readFileSync(files.certificate),
      key: readFileSync(files.key),
      ...(clients && { requestCert: true, ca: readFileSync(clients.file) }),
    },
    (outer) => {
      const inner = connectPlain(port, '127.0.0.1');
      const end = () => (outer.destroy(), inner.destroy());
      for (const socket of [outer, inner]) socket.on('error', end).on('close', end);
      outer.pipe(inner).pipe(outer);
      open.add(outer);
      outer.on('close', () => open.delete(outer));
    },
  );
  const open = new Set<{ destroy(): unknown }>();
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  t.teardown(async () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
