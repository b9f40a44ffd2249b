/** A shop whose modules run in a host each, used by tests as if it were one: through its gateway. */
import type { Test } from 'tap';
import { modules } from '../modules/index.ts';
import {
  eventually,
  openTestEnvironment,
  startTestHost,
  type TestEnvironment,
  type TestHost,
} from './support.ts';

const GATEWAY = 'gateway';

/**
 * Starts a host for every module in one environment; the gateway finds the others by what they announce.
 * `envOf` gives the environment as the host of a module sees it.
 */
export async function startSplitShop(
  t: Test,
  envOf?: (module: string) => Promise<TestEnvironment>,
): Promise<TestHost> {
  const common = envOf ? undefined : await openTestEnvironment(t);
  const hosts = new Map<string, TestHost>();
  for (const module of modules) {
    const env = common ?? (await envOf?.(module.name));
    const host = await startTestHost(t, {
      ...(env && { env }),
      modules: [module],
      known: modules,
    });
    hosts.set(module.name, host);
    if (module.name !== GATEWAY) await host.app.listen({ host: '127.0.0.1', port: 0 });
  }
  const hostOf = (name: string): TestHost => {
    const host = hosts.get(name);
    if (!host) throw new Error(`no host runs ${name}`);
    return host;
  };
  const front = hostOf(GATEWAY);
  await eventually('the gateway has found the others', async () => {
    const { instances } = await front.context(GATEWAY).registry.list();
    return instances.length === modules.length - 1;
  });
  return {
    ...front,
    contexts: new Map([...hosts].map(([name, host]) => [name, host.context(name)])),
    context: (name) => hostOf(name).context(name),
  };
}
