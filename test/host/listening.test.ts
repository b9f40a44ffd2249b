/** What a process cannot listen on: the setting by its name, what is wrong and what to do. */
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { test } from 'tap';
import { refusedStart } from '../process.ts';
import { openTestEnvironment } from '../support.ts';

test('a port that is taken stops the start with a message, and leaves nothing running', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const taken = createServer().listen(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const stderr = await refusedStart(t, { ...environment, PORT: String(port) });
  t.match(stderr, `did not start. PORT is ${port}, which another process has on 127.0.0.1.`);
});

test('a host that is no address of this machine stops the start with a message', async (t) => {
  const { environment } = await openTestEnvironment(t);
  const foreign = await refusedStart(t, { ...environment, HOST: '192.0.2.1' });
  t.match(foreign, 'HOST is 192.0.2.1, which is no address of this machine. Set it to one');
  const nameless = await refusedStart(t, { ...environment, HOST: 'nowhere.invalid' });
  t.match(nameless, 'HOST is nowhere.invalid, a name without an address.');
});

/** Runs a program without the right to listen below 1024. */
const WITHOUT_PORTS = [
  'setpriv',
  '--bounding-set=-net_bind_service',
  '--inh-caps=-net_bind_service',
];

/** Whether this system can take that right away, and asks for it. */
function portsNeedRights(): boolean {
  const listen =
    "require('net').createServer().on('error', () => process.exit(9)).listen(81, '127.0.0.1', () => process.exit(0))";
  const [setpriv = '', ...args] = WITHOUT_PORTS;
  return spawnSync(setpriv, [...args, process.execPath, '-e', listen]).status === 9;
}

const skip = portsNeedRights()
  ? false
  : 'no right that setpriv takes away is needed for a port here';

test('a port that needs rights stops the start with a message', { skip }, async (t) => {
  const { environment } = await openTestEnvironment(t);
  const [setpriv = '', ...args] = WITHOUT_PORTS;
  const command = [setpriv, ...args, process.execPath] as const;
  const stderr = await refusedStart(t, { ...environment, PORT: '80' }, command);
  t.match(stderr, 'did not start. PORT is 80, which this user may not listen on. Set PORT to 1024');
});
