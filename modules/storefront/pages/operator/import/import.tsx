/** Importing files: chosen or dropped, tried by a dry run, followed to the end. */
import { useState } from 'preact/hooks';
import type { ProductImport } from '../../../../products/api.ts';
import { DropZone } from '../../components/drop.tsx';
import { Loading, ProblemNotice } from '../../components/states.tsx';
import { Table } from '../../components/table.tsx';
import { bytes, count, dateTime } from '../../lib/format.ts';
import { useLoaded } from '../../lib/loaded.ts';
import { ask } from '../call.ts';
import { Allowed, Part, type SectionProps } from '../parts.tsx';
import { choose, chosen, formOf, isCsv, missingIn, remove, SHIPPED, type Chosen } from './files.ts';
import { OneImport, stateWords } from './one.tsx';

const hashOf = (importId: string) => `#import/${encodeURIComponent(importId)}`;

export function Import({ rest: [importId] }: SectionProps) {
  const past = useLoaded(
    () => ask<{ items: ProductImport[] }>('/product-imports'),
    [importId ?? ''],
  );
  const [{ isSending, error }, setState] = useState<{ isSending?: boolean; error?: unknown }>({});
  const begin = async (dryRun: boolean) => {
    if (isSending) return;
    setState({ isSending: true });
    try {
      const begun = await ask<ProductImport>(`/product-imports?dryRun=${dryRun}`, {
        method: 'POST',
        file: await formOf(chosen.value),
      });
      setState({});
      location.hash = hashOf(begun.importId);
    } catch (failure) {
      setState({ error: failure });
    }
  };
  const isChosen = missingIn(chosen.value) === undefined;
  return (
    <>
      <Allowed to="support">
        <Files isSending={isSending === true} begin={(dryRun) => void begin(dryRun)} />
      </Allowed>
      {isSending && <Loading text={`Sending ${bytes(sizeOf(chosen.value))}…`} />}
      {error !== undefined && <ProblemNotice error={error} />}
      {importId && (
        <OneImport
          key={importId}
          importId={importId}
          onEnd={past.reload}
          again={isChosen && !isSending ? () => void begin(false) : undefined}
        />
      )}
      <Part of={past}>{({ items }) => <Past items={items} />}</Part>
    </>
  );
}

function sizeOf({ products, pictures }: Chosen): number {
  return (products?.size ?? 0) + (pictures?.size ?? 0);
}

const KINDS = [
  { kind: 'products', title: 'Products' },
  { kind: 'pictures', title: 'Pictures' },
  { kind: 'mapping', title: 'Mapping' },
] as const;

function Files({ isSending, begin }: { isSending: boolean; begin: (dryRun: boolean) => void }) {
  const { products } = chosen.value;
  const missing = missingIn(chosen.value);
  return (
    <div class="panel">
      <p class="prose">
        One product a line as JSON (NDJSON), or CSV with a mapping; and, if you like, a zip with the
        pictures as productId.jpg. What is there already keeps its stock; importing again doubles
        nothing.
      </p>
      <DropZone
        label="Drop the files here, or choose them"
        accept=".ndjson,.jsonl,.csv,.tsv,.zip,.json"
        multiple
        onFiles={choose}
      />
      <ul class="chosen-files">
        {KINDS.map(({ kind, title }) => {
          const file = chosen.value[kind];
          return (
            file && (
              <li key={kind}>
                <span>
                  <strong>{title}:</strong> {file.name}{' '}
                  <small class="fine">{bytes(file.size)}</small>
                </span>
                <button type="button" class="link-button" onClick={() => remove(kind)}>
                  Remove<span class="unseen"> {file.name}</span>
                </button>
              </li>
            )
          );
        })}
      </ul>
      {products && isCsv(products.name) && <Mapping />}
      <p class="row">
        <button
          type="button"
          aria-disabled={missing !== undefined || isSending}
          aria-describedby="import-missing"
          onClick={() => missing === undefined && begin(true)}
        >
          Dry run
        </button>
        <button
          type="button"
          class="primary"
          aria-disabled={missing !== undefined || isSending}
          aria-describedby="import-missing"
          onClick={() => missing === undefined && begin(false)}
        >
          Import
        </button>
        <span class="fine" id="import-missing">
          {missing ?? 'A dry run says what would happen, and writes nothing.'}
        </span>
      </p>
    </div>
  );
}

function Mapping() {
  const { shipped, mapping } = chosen.value;
  return (
    <div class="field">
      <label for="import-mapping">The columns are those of</label>
      <select
        id="import-mapping"
        onChange={({ currentTarget: { value } }) => {
          chosen.value = { ...chosen.value, shipped: value };
        }}
      >
        <option value="" selected={shipped === ''}>
          {mapping ? mapping.name : 'Choose…'}
        </option>
        {SHIPPED.map((name) => (
          <option key={name} value={name} selected={name === shipped}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Past({ items }: { items: readonly ProductImport[] }) {
  const rows = items.map((one) => ({
    key: one.importId,
    cells: [
      <a href={hashOf(one.importId)}>{dateTime(one.startedAt)}</a>,
      one.dryRun ? `${one.file}, dry run` : one.file,
      stateWords(one),
      count(one.result.new),
      count(one.result.changed),
      count(one.result.bad + one.result.badPictures),
      one.by ?? '–',
    ],
  }));
  return (
    <Table
      caption="The last imports"
      columns={[
        'Begun',
        'File',
        'State',
        { number: 'New' },
        { number: 'Changed' },
        { number: 'Bad' },
        'By',
      ]}
      rows={rows}
      none="Nothing was imported here so far."
    />
  );
}
