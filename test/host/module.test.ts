/** A module's declaration and what its `setup` gives: the host lets them differ in nothing. */
import { test } from 'tap';
import { Type } from 'typebox';
import { modules } from '../../modules/index.ts';
import { defineEvent, on } from '../../src/bus/index.ts';
import { defineModule, setUp, type Module, type ModuleInstance } from '../../src/module/module.ts';
import type { ModuleContext } from '../../src/module/context.ts';
import { startTestHost } from '../support.ts';

const data = { bell: Type.String() };
const rang = defineEvent({ stream: 'BELLS_STREAM', type: 'bell.rang', v: 1, key: 'bell', data });
const broke = defineEvent({ stream: 'BELLS_STREAM', type: 'bell.broke', v: 2, key: 'bell', data });

const nothing = async (): Promise<void> => undefined;
async function* nobody(): AsyncGenerator<object> {}
const context = {} as ModuleContext;
const differing = (module: Partial<Module>, instance: ModuleInstance) => () =>
  setUp({ name: 'ears', ...module, setup: () => instance }, context);

test('what a module listens to and what it handles must be the same', (t) => {
  t.throws(differing({ listens: [rang, broke] }, { handlers: [on(rang, nothing)] }), {
    message:
      'module ears listens to bell.broke of BELLS_STREAM, version 2, but has no handler for it',
  });
  t.throws(differing({ listens: [] }, { handlers: [on(rang, nothing)] }), {
    message: 'module ears handles bell.rang of BELLS_STREAM, version 1, but does not listen to it',
  });
  t.throws(() => setUp({ name: 'ears', listens: [rang] }, context), { message: /no handler/ });
  t.doesNotThrow(differing({ listens: [rang] }, { handlers: [on(rang, nothing)] }));
  t.end();
});

test('what a module says it provides it must give, and nothing else of the kind', (t) => {
  t.throws(differing({ provides: ['routes'] }, {}), { message: /does not give its routes/ });
  t.throws(differing({}, { personalData: () => nobody() }), {
    message: /gives personalData, but does not say so/,
  });
  t.end();
});

test('the types refuse it before', (t) => {
  const name = 'ears';
  // @ts-expect-error: routes are given, but not in `provides`.
  t.ok(defineModule({ name, setup: () => ({ routes: () => undefined }) }));
  // @ts-expect-error: `provides` names routes, but none are given.
  t.ok(defineModule({ name, provides: ['routes'], setup: () => ({}) }));
  t.end();
});

test('a module publishes to its own stream alone', (t) => {
  t.throws(() => defineModule({ name: 'ears', stream: 'EARS_STREAM', publishes: [rang] }), {
    message: 'module ears writes EARS_STREAM, but publishes bell.rang of BELLS_STREAM',
  });
  t.end();
});

test('a process does not start with a module that differs, and names it', async (t) => {
  const deaf = defineModule({ name: 'deaf', listens: [rang] });
  await t.rejects(startTestHost(t, { modules: [...modules, deaf] }), { message: /^module deaf / });
});
