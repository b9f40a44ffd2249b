/** Compose files and Kubernetes manifests: they fit the schemas, and agree with the modules and the image. */
import { globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { test, type Test } from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { modules } from '../../modules/index.ts';
import { loadConfig, variablesOf } from '../../src/config/index.ts';
import { compile } from '../compile.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = textOf('Dockerfile');

/** What the linter's own types, written for bundlers, do not say to Node.js. */
interface LintResult {
  filePath: string;
  messages: { type: string; message: string }[];
}

interface Service {
  image: string;
  build?: { target: string };
  environment?: Record<string, string>;
  depends_on?: Record<string, object>;
  stop_grace_period?: string;
  ports?: string[];
}
type Services = Record<string, Service>;

const servicesOf = (file: string): Services =>
  (parse(textOf(file), { merge: true }) as { services: Services }).services;

/** The modules that are run, by what a list of `MODULES` says. */
const modulesOf = (lists: (string | undefined)[]): string[] =>
  lists.flatMap((list) => list?.split(',') ?? []).toSorted();
const ALL = modules.map(({ name }) => name).toSorted();

/** Variables that are not ours. */
const VARIABLES = new Set(variablesOf(modules).map(({ name }) => name));
const unknown = (names: readonly string[]): string[] =>
  names.filter((name) => !VARIABLES.has(name));

/** Whether a time to stop, in seconds, is longer than what the settings allow a process. */
function enoughToStop(t: Test, seconds: number, environment: Record<string, string>): void {
  const { STOP_DELAY_MS, STOP_TIMEOUT_MS } = loadConfig(environment);
  t.ok(STOP_DELAY_MS > 0, 'it serves on until nobody sends requests any more');
  t.ok(seconds * 1000 > STOP_DELAY_MS + STOP_TIMEOUT_MS, `${seconds} s`);
}

test('the Compose files fit the Compose specification', (t) => {
  // The shop's port is there to be reached from elsewhere.
  const rules = { 'no-unbound-port-interfaces': 0 } as const;
  const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
  const files = ['compose.yaml', 'compose.cluster.yaml'].map((file) => join(ROOT, file));
  const results: LintResult[] = linter.lintFiles(files, false);
  t.equal(results.length, files.length);
  t.same(
    results.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ type }) => type === 'error')
        .map(({ message }) => `${filePath}: ${message}`),
    ),
    [],
  );
  t.end();
});

test('the Compose files run every module once, from a target of the Dockerfile, and let it stop', (t) => {
  const services = servicesOf('compose.yaml');
  const ours = Object.entries(services).filter(([, { environment }]) => environment?.['MODULES']);
  t.same(modulesOf(ours.map(([, { environment }]) => environment?.['MODULES'])), ALL);
  for (const [name, service] of ours) {
    const { build, environment = {}, stop_grace_period: grace = '' } = service;
    t.match(dockerfile, ` AS ${build?.target}\n`, name);
    t.same(unknown(Object.keys(environment)), []);
    const { ADMIN_TOKEN: _token, ...known } = environment;
    enoughToStop(t, Number.parseInt(grace, 10), known);
    t.match(service.depends_on, { redis: {}, 'mongodb-replica-set': {} });
  }
  t.match(services['gateway']?.ports, [new RegExp(`:${exposedPort()}$`)]);

  const onCluster = servicesOf('compose.cluster.yaml');
  for (const [name] of ours) {
    const { REDIS_URL = '' } = onCluster[name]?.environment ?? {};
    t.match(REDIS_URL, /^redis\+cluster:/, `${name} is on the cluster`);
  }
  t.end();
});

/** The manifests, each with its file. */
const manifests = globSync('deploy/kubernetes/*', { cwd: ROOT })
  .toSorted()
  .flatMap((file) =>
    parseAllDocuments(textOf(file)).map((document) => ({
      file,
      manifest: document.toJS() as { kind: string; apiVersion: string; metadata: { name: string } },
    })),
  );
const ofKind = <Manifest>(kind: string): Manifest[] =>
  manifests.flatMap(({ manifest }) => (manifest.kind === kind ? [manifest as Manifest] : []));

test('the manifests fit the schemas of Kubernetes, and have no fields that it does not know', async (t) => {
  // The compiler alone sees unknown fields, the models alone what a format asks for.
  const directory = t.testdir();
  const lines = manifests.map(({ file, manifest: { apiVersion, kind }, manifest }, i) => {
    const group = apiVersion === 'v1' ? 'v1' : apiVersion;
    const json = JSON.stringify(manifest, undefined, 2);
    return `// ${file}\nimport type { I${kind} as Kind${i} } from 'kubernetes-models/${group}/${kind}';\nexport const manifest${i}: Kind${i} = ${json};\n`;
  });
  writeFileSync(join(directory, 'manifests.ts'), lines.join('\n'));
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { types: [] },
      include: ['manifests.ts'],
    }),
  );
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  t.equal(await compile(directory), '', 'the compiler finds nothing');
  t.ok(manifests.length > 20, `${manifests.length} manifests`);

  for (const { file, manifest } of manifests) {
    const { apiVersion, kind } = manifest;
    const models = (await import(`kubernetes-models/${apiVersion}/${kind}`)) as Record<
      string,
      new (data: unknown) => { validate(): void }
    >;
    const Model = models[kind];
    t.doesNotThrow(() => new Model!(manifest).validate(), `${file}: ${kind}`);
  }
});

test('each module is run by one Deployment, as the image expects it, and is let stop', (t) => {
  const config = ofKind<{ data: Record<string, string> }>('ConfigMap')[0]?.data ?? {};
  const secret = ofKind<{ stringData: Record<string, string> }>('Secret')[0]?.stringData ?? {};
  t.same(unknown([...Object.keys(config), ...Object.keys(secret)]), []);
  t.same(Object.keys(secret).toSorted(), ['ADMIN_TOKEN', 'MONGODB_URL', 'REDIS_URL']);

  const deployments = ofKind<IDeployment>('Deployment');
  const lists = deployments.map((deployment) => {
    const name = deployment.metadata?.name ?? '';
    const { spec: pod, metadata } = deployment.spec?.template ?? {};
    const [container, ...others] = pod?.containers ?? [];
    t.same(others, [], `${name}: one container`);
    t.same(deployment.spec?.selector.matchLabels, metadata?.labels);
    t.ok(pod?.securityContext?.runAsNonRoot);
    enoughToStop(t, pod?.terminationGracePeriodSeconds ?? 0, config);
    const environment = checkContainer(t, container);
    t.same(unknown(Object.keys(environment).filter((variable) => variable !== 'POD_IP')), []);
    for (const kind of ['HorizontalPodAutoscaler', 'PodDisruptionBudget'])
      t.ok(
        ofKind<{ metadata: { name: string } }>(kind).some((one) => one.metadata.name === name),
        `${name} has a ${kind}`,
      );
    return environment['MODULES'];
  });
  t.same(modulesOf(lists), ALL);
  t.end();
});

/** Checks what all containers have in common; gives the variables that have a value. */
function checkContainer(t: Test, container: IContainer | undefined): Record<string, string> {
  t.match(dockerfile, ` AS ${container?.image?.split(':')[1]}\n`, 'the image is a target');
  t.equal(container?.ports?.[0]?.containerPort, exposedPort());
  t.equal(container?.livenessProbe?.httpGet?.path, '/healthz');
  t.equal(container?.readinessProbe?.httpGet?.path, '/readyz');
  t.ok(container?.resources?.requests && container.resources.limits, 'resources');
  t.match(container?.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  const variables = container?.env ?? [];
  return Object.fromEntries(variables.map(({ name, value = '' }) => [name, value]));
}

function exposedPort(): number {
  return Number(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]);
}
