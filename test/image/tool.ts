/** The container tool of this machine: Docker or Podman, set up so that a test leaves nothing in it. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..', '..');
/** Installs Podman on Debian, and makes the public base images where no registry of images is reached. */
const BASE_IMAGES = join(ROOT, '..', 'shared', 'containers', 'base-images');
/** What the name of a test's own storage begins with. */
const STORAGE = 'image-';
/** What building prints is kept, for the error of one that fails. Bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;

const found = existsSync(BASE_IMAGES) ? 'stand-ins' : ['docker', 'podman'].find(answers);

/**
 * Why tests of containers are left out; false where they are not. In CI they never are: there they
 * fail without a tool.
 */
export const TOOLLESS =
  found === undefined && !process.env['CI'] ? 'neither Docker nor Podman runs here' : false;

export interface ContainerTool {
  /** Runs the tool; gives what it prints on standard output, without white space around. */
  tool: (...args: string[]) => Promise<string>;
  /** The same with what it prints on standard error. */
  both: (...args: string[]) => Promise<string>;
  /** What building needs here besides. */
  buildArgs: readonly string[];
}

/**
 * Gives the tool, for the test's time.
 *
 * @throws Error where there is none
 */
export async function openTool(t: Test): Promise<ContainerTool> {
  if (found === undefined)
    throw new Error('Neither Docker nor Podman runs here: install one of them to test the image.');
  if (found !== 'stand-ins') return { ...toolOf(found), buildArgs: [] };
  await run(BASE_IMAGES);
  // Registries are reached by the machine's own network alone; Docker's format knows HEALTHCHECK.
  const buildArgs = ['--network', 'host', '--format', 'docker'];
  return { ...toolOf('podman', openStorage(t)), buildArgs };
}

/** Removes what tests have left in storages of their own below the directory, when they were killed. */
export async function removeLeftContainers(directory: string): Promise<void> {
  for (const storage of globSync(`${STORAGE}*`, { cwd: directory })) {
    const { tool } = toolOf('podman', environmentOf(join(directory, storage)));
    await tool('rm', '--force', '--volumes', '--all');
    const networks = (await tool('network', 'ls', '--quiet')).split('\n');
    for (const network of networks.filter((name) => name !== 'podman'))
      await removeNetwork(tool, network);
  }
}

/** Removes a network, and what Podman's plugin for addresses leaves of it. */
export async function removeNetwork(tool: ContainerTool['tool'], name: string): Promise<void> {
  await tool('network', 'rm', name);
  rmSync(join('/var/lib/cni/networks', name), { recursive: true, force: true });
}

function toolOf(command: string, environment = {}): Pick<ContainerTool, 'tool' | 'both'> {
  const env = { ...process.env, ...environment };
  const outputs = (args: string[]) => run(command, args, { cwd: ROOT, env, maxBuffer: MAX_OUTPUT });
  return {
    tool: async (...args) => (await outputs(args)).stdout.trim(),
    async both(...args) {
      const { stdout, stderr } = await outputs(args);
      return stdout + stderr;
    },
  };
}

/**
 * A storage of the test's own beside the machine's, whose images it reads; it goes as a whole. Within a
 * container or a virtual machine, runc runs with old control groups, and limits may not be raised.
 */
function openStorage(t: Test): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), STORAGE));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const environment = environmentOf(directory);
  writeFileSync(
    environment.CONTAINERS_STORAGE_CONF,
    `[storage]
driver = "overlay"
graphroot = "${directory}/graph"
runroot = "${directory}/run"
[storage.options]
additionalimagestores = ["/var/lib/containers/storage"]
`,
  );
  writeFileSync(
    environment.CONTAINERS_CONF,
    `[engine]
runtime = "runc"
lock_type = "file"
tmp_dir = "${directory}/tmp"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=20000:20000"]
[network]
network_config_dir = "${directory}/net"
`,
  );
  return environment;
}

function environmentOf(storage: string) {
  return {
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_STORAGE_CONF: join(storage, 'storage.conf'),
    CONTAINERS_CONF: join(storage, 'containers.conf'),
  };
}

function answers(command: string): boolean {
  return spawnSync(command, ['version'], { stdio: 'ignore' }).status === 0;
}
