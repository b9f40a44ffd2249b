/** Images, containers and networks for tests, named as no others are; they are gone when the test ends. */
import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { openTool, removeNetwork } from './tool.ts';

/** How long a container may take to stop before it is killed, in seconds: above all that Millrace sets itself. */
const STOP_SECONDS = '60';

export interface Container {
  /** Its address in its network. */
  address: string;
  /** Where its port 3000 is published on this machine. */
  url: string;
  /** Runs a program inside; gives what that prints. */
  exec(...program: string[]): Promise<string>;
  /** Runs the check of health that its image brings; rejects where that fails. */
  checkHealth(): Promise<void>;
  /** What it has printed, on standard output and standard error. */
  logs(): Promise<string>;
  /** Ends it as `docker stop` does; gives its exit status. */
  stop(): Promise<number>;
}

export interface ContainerOptions {
  image: string;
  /** Further arguments of `run`: `-v`, `-e` and the like. */
  args?: readonly string[];
  /** What runs in the container, in place of the image's own command. */
  command?: readonly string[];
}

export interface Containers {
  /** Builds a target of the Dockerfile, by default its last; gives the image's name. */
  build(target?: string): Promise<string>;
  /** What the image says of itself. */
  inspect(image: string): Promise<ImageDescription>;
  /** Starts a container, in the network of this test and with its root file system read-only. */
  start(options: ContainerOptions): Promise<Container>;
  /** Runs a container to its end; gives what it prints. */
  run(options: ContainerOptions): Promise<string>;
  /** The name of a new volume. */
  createVolume(): Promise<string>;
}

export interface ImageDescription {
  /** Bytes. */
  Size: number;
  Config: {
    Cmd: string[];
    User: string;
    Labels: Record<string, string>;
    Volumes?: Record<string, object>;
  };
}

/** Gives containers for the test's time. */
export async function openContainers(t: Test): Promise<Containers> {
  const { tool, both, buildArgs } = await openTool(t);
  const id = `millrace-${randomBytes(4).toString('hex')}`;
  let count = 0;
  const nextName = () => `${id}-${++count}`;
  /** Runs when the test ends, the last first. */
  const remove = (...args: string[]) => t.teardown(() => tool(...args).catch(() => ''));

  await tool('network', 'create', id);
  t.teardown(() => removeNetwork(tool, id));
  const isolated = ['--network', id, '--read-only', '--tmpfs', '/tmp'];

  return {
    async build(target) {
      const image = `localhost/${nextName()}`;
      const of = target === undefined ? [] : ['--target', target];
      await tool('build', ...buildArgs, ...of, '--tag', image, '.');
      remove('rmi', '--force', image);
      return image;
    },
    async inspect(image) {
      const [description] = JSON.parse(await tool('image', 'inspect', image)) as ImageDescription[];
      if (!description) throw new Error(`there is no image ${image}`);
      return description;
    },
    async start({ image, args = [], command = [] }) {
      const name = nextName();
      const published = ['--publish', '127.0.0.1::3000'];
      remove('rm', '--force', '--volumes', name);
      await tool(
        'run',
        '--detach',
        '--name',
        name,
        ...isolated,
        ...published,
        ...args,
        image,
        ...command,
      );
      const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
      return {
        address: await tool('inspect', '--format', format, name),
        url: `http://${await tool('port', name, '3000')}`,
        exec: (...program) => tool('exec', name, ...program),
        async checkHealth() {
          const check = await tool(
            'inspect',
            '--format',
            '{{json .Config.Healthcheck.Test}}',
            name,
          );
          const [, ...program] = JSON.parse(check) as string[];
          await tool('exec', name, ...program);
        },
        logs: () => both('logs', name),
        async stop() {
          await tool('stop', '--time', STOP_SECONDS, name);
          return Number(await tool('inspect', '--format', '{{.State.ExitCode}}', name));
        },
      };
    },
    run: ({ image, args = [], command = [] }) =>
      tool('run', '--rm', ...isolated, ...args, image, ...command),
    async createVolume() {
      const name = nextName();
      await tool('volume', 'create', name);
      remove('volume', 'rm', '--force', name);
      return name;
    },
  };
}
