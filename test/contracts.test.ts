/** The contracts of events: what a published version promises, it keeps. */
import { test } from 'tap';
import { describeFields } from '../src/bus/index.ts';
import { differences, freezable } from './contracts/difference.ts';
import { DIRECTORY, judge, readFirst, readFrozen } from './contracts/frozen.ts';
import { findContracts, findModules } from './contracts/published.ts';

test('every published version of an event keeps its schema', async (t) => {
  const contracts = (await findContracts()).map(({ contract }) => freezable(contract));
  t.ok(contracts.length >= 20, `${contracts.length} contracts were found on the disk`);
  const findings = judge(readFrozen(DIRECTORY), contracts);
  t.same(
    findings.map(({ says }) => says),
    [],
  );
});

test('the first form of every version is kept, and what reads the present one reads it too', (t) => {
  const [first, frozen] = [readFirst(DIRECTORY), readFrozen(DIRECTORY)];
  t.same([...first.keys()].toSorted(), [...frozen.keys()].toSorted());
  const breaking = [...first].flatMap(([name, then]) =>
    differences(then, frozen.get(name)!).filter((one) => one.breaking),
  );
  t.same(breaking, []);
  t.end();
});

test('a module publishes the events of its events.ts, and no others', async (t) => {
  const contracts = await findContracts();
  const modules = await findModules();
  const exported = new Set(contracts.map(({ contract }) => contract));
  const missing = contracts
    .filter(({ module, contract }) => !modules.get(module)?.publishes?.includes(contract))
    .map(({ module, contract: { type, v } }) => `${module} does not publish ${type} v${v}`);
  t.same(missing, []);

  const elsewhere = [...modules].flatMap(([name, { publishes = [] }]) =>
    publishes
      .filter((contract) => !exported.has(contract))
      .map(({ type }) => `${name} publishes ${type}, which no events.ts exports`),
  );
  t.same(elsewhere, []);
});

test('no event has a field that every event has', async (t) => {
  const clashes = (await findContracts()).flatMap(({ contract }) => {
    const { envelope, data } = describeFields(contract);
    return Object.keys(data.properties)
      .filter((name) => name in envelope.properties)
      .map((name) => `${contract.type} has a field ${name}`);
  });
  t.same(clashes, []);
});
