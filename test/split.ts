/** A shop whose modules run in a host each, used by tests as if it were one. */
import type { InjectOptions } from 'fastify';
import type { Test } from 'tap';
import { modules } from '../modules/index.ts';
import { withIdentity } from './identity.ts';
import { openPlace, startTestHost, type TestHost } from './support.ts';

/** Starts a host for every module on one place; requests go to the host whose path it is. */
export async function startSplitShop(t: Test): Promise<TestHost> {
  const place = await openPlace(t);
  const hosts = new Map<string, TestHost>();
  for (const module of withIdentity(modules)) {
    hosts.set(module.name, await startTestHost(t, { place, modules: [module] }));
  }
  const hostOf = (name: string): TestHost => {
    const host = hosts.get(name);
    if (!host) throw new Error(`no host runs ${name}`);
    return host;
  };
  const inject = (request: InjectOptions) => {
    const url = typeof request.url === 'string' ? request.url : '';
    return hostOf(url.split('/')[2] ?? '').app.inject(request);
  };
  const first = hostOf('orders');
  return {
    ...first,
    app: { inject } as TestHost['app'],
    contexts: new Map([...hosts].map(([name, host]) => [name, host.context(name)])),
    context: (name) => hostOf(name).context(name),
  };
}
