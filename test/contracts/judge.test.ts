/** The judge of contracts: what it lets through, and what it refuses. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { Type, type TProperties } from 'typebox';
import { defineEvent } from '../../src/bus/index.ts';
import { freezable, type Frozen } from './difference.ts';
import { freeze, judge, readFirst, readFrozen } from './frozen.ts';

/** The contract that the cases change. */
const DATA = {
  thingId: Type.String({ maxLength: 64 }),
  size: Type.Union([Type.Literal('small'), Type.Literal('large')]),
  note: Type.Optional(Type.String()),
  parts: Type.Array(Type.Object({ name: Type.String() })),
};

function declare(data: TProperties, head: { key?: string; v?: number } = {}): Frozen {
  return freezable(
    defineEvent({ stream: 'THINGS', type: 'thing.made', v: 1, key: 'thingId', data, ...head }),
  );
}

/** The contract, with these changes. */
function thing(changes: TProperties = {}, head: { key?: string; v?: number } = {}): Frozen {
  return declare({ ...DATA, ...changes }, head);
}

function without(name: keyof typeof DATA): Frozen {
  const { [name]: _gone, ...data } = DATA;
  return declare(data);
}

const NAME = 'THINGS/thing.made.v1';
const FROZEN = new Map([[NAME, thing()]]);

/** The schema of a property with parts. */
function parts(properties: TProperties, options = {}) {
  return Type.Array(Type.Object(properties, options));
}

test('each kind of breach is seen', (t) => {
  const cases: [what: string, now: Frozen][] = [
    ['data.note is gone', without('note')],
    ['data.size is gone', without('size')],
    ['data.more is new and required', thing({ more: Type.String() })],
    ['data.note is required', thing({ note: Type.String() })],
    ['data.thingId is optional', thing({ thingId: Type.Optional(Type.String({ maxLength: 64 })) })],
    ['data.note: type was "string"', thing({ note: Type.Optional(Type.Integer()) })],
    [
      'data.thingId: maxLength was 64 and is 32',
      thing({ thingId: Type.String({ maxLength: 32 }) }),
    ],
    [
      'data.thingId: maxLength was 64 and is 99',
      thing({ thingId: Type.String({ maxLength: 99 }) }),
    ],
    ['data.note: pattern', thing({ note: Type.Optional(Type.String({ pattern: '^a' })) })],
    ['data.size: anyOf', thing({ size: Type.Union([Type.Literal('small')]) })],
    [
      'data.size.anyOf[1]: const',
      thing({ size: Type.Union([Type.Literal('small'), Type.Literal('big')]) }),
    ],
    [
      'data.parts: minItems',
      thing({ parts: Type.Array(Type.Object({ name: Type.String() }), { minItems: 1 }) }),
    ],
    ['data.parts[].name is gone', thing({ parts: parts({ title: Type.Optional(Type.String()) }) })],
    ['data.parts[].name: type', thing({ parts: parts({ name: Type.Integer() }) })],
    [
      'data.parts[].count is new and required',
      thing({ parts: parts({ name: Type.String(), count: Type.Integer() }) }),
    ],
    [
      'data.parts[]: additionalProperties',
      thing({ parts: parts({ name: Type.String() }, { additionalProperties: false }) }),
    ],
    ['key was "thingId" and is "size"', thing({}, { key: 'size' })],
  ];
  for (const [what, now] of cases) {
    const [finding, ...others] = judge(FROZEN, [now]);
    t.same(others, []);
    t.equal(finding?.freezes, false, what);
    t.ok(finding?.says.includes(what), `${finding?.says}`);
    t.match(finding?.says, /declare v: 2 beside it/);
  }
  t.match(judge(FROZEN, []), [{ freezes: false, says: /is frozen and no events.ts exports it/ }]);
  t.match(judge(FROZEN, [thing(), thing()]), [{ freezes: false, says: /more than once/ }]);
  t.match(judge(FROZEN, [thing(), thing({}, { v: 2 })]), [
    { freezes: true, says: 'THINGS/thing.made.v2 is not frozen yet: npm run contracts:freeze' },
  ]);
  t.end();
});

function closed(properties: TProperties): Frozen {
  return thing({ parts: parts(properties, { additionalProperties: false }) });
}

test('a closed object takes no new property', (t) => {
  const before = new Map([[NAME, closed({ name: Type.String() })]]);
  const [finding] = judge(before, [
    closed({ name: Type.String(), count: Type.Optional(Type.Integer()) }),
  ]);
  t.match(finding, { freezes: false, says: /data\.parts\[\]\.count is new/ });
  t.end();
});

test('what readers bear is no breach, but has to be frozen', (t) => {
  const count = Type.Optional(Type.Integer());
  t.same(judge(FROZEN, [thing()]), [], 'nothing has changed');
  for (const now of [
    thing({ count }),
    thing({ parts: Type.Array(Type.Object({ name: Type.String(), count })) }),
    thing({ thingId: Type.String({ maxLength: 64, description: 'Names the thing' }) }),
  ]) {
    t.match(judge(FROZEN, [now]), [{ freezes: true, says: /as it may/ }]);
  }
  t.end();
});

test('freezing writes what is new, and overwrites nothing that was promised', async (t) => {
  const directory = t.testdir();
  const file = join(directory, `${NAME}.json`);
  t.same(await freeze(directory, [thing()]), { written: [NAME], refused: [] });
  t.same(JSON.parse(readFileSync(file, 'utf8')), thing());
  t.same(await freeze(directory, [thing()]), { written: [], refused: [] });

  const grown = thing({ count: Type.Optional(Type.Integer()) });
  t.same((await freeze(directory, [grown])).written, [NAME]);
  const promised = readFileSync(file, 'utf8');
  t.same(readFirst(directory).get(NAME), thing(), 'the first form is kept beside it');
  const { written, refused } = await freeze(directory, [thing(), thing({}, { v: 2 })]);
  t.same(written, ['THINGS/thing.made.v2'], 'what is new is written all the same');
  t.match(refused, [{ name: NAME, says: /data\.count is gone/ }]);
  t.equal(readFileSync(file, 'utf8'), promised);

  t.match((await freeze(directory, [])).refused, [
    { name: NAME },
    { name: 'THINGS/thing.made.v2' },
  ]);
  t.ok(existsSync(file), 'a file without its contract stays');
  writeFileSync(join(directory, 'THINGS/thing.lost.v1.json'), promised);
  t.match(judge(readFrozen(directory), [grown, thing({}, { v: 2 })]), [
    { name: 'THINGS/thing.lost.v1', freezes: false },
  ]);
});
