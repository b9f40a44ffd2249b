/** Registering this process, once it listens, with the paths that it serves. */
import { networkInterfaces } from 'node:os';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServiceRegistry } from './registry.ts';

/** Announces the routes that are added from here on. */
export function useRegistration(
  app: FastifyInstance,
  options: {
    registry: ServiceRegistry;
    modules: readonly string[];
    version: string;
    /** ms since the epoch. */
    startedAt: number;
    failing: () => readonly string[];
    url: string | undefined;
    /** How large bodies are that a route reads which does not say itself, in bytes. */
    bodyLimit: number;
  },
): void {
  const { registry, url, bodyLimit, modules, version, startedAt, failing } = options;
  const self = { modules: [...modules], version, startedAt, failing };
  app.addHook('onRoute', (route) => {
    const path = servedPath(route.url);
    if (path !== undefined) registry.addPath(path, route.bodyLimit ?? bodyLimit);
  });
  app.addHook('onListen', async () => {
    const address = app.addresses().find((one) => typeof one === 'object');
    const own = url ?? (address && urlOf(address));
    if (own) registry.register({ url: own, ...self });
  });
}

/** What a route is found by: the first segment under `/api`, and `admin/<segment>` of the operator's. */
export function servedPath(url: string): string | undefined {
  const [, path] = /^\/api\/(admin\/[^/:*]+|[^/:*]+)(?:\/|$)/.exec(url) ?? [];
  return path === 'admin' ? undefined : path;
}

/** Where others reach what listens at the address: one that means all is reached by the first of them. */
export function urlOf({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  const own = address === '0.0.0.0' || address === '::' ? ownAddress() : address;
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`;
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const outside = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  const found = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  return found?.address ?? '127.0.0.1';
}
