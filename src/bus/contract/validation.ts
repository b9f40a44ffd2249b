/** Validating an entry by its contract: all that does not fit, each by its path; a reader says the first alone. */
import { Compile } from 'typebox/compile';
import type { EventContract, Fields } from './event.ts';
import { createDecoder, exact, hasOnly, isText, MalformedEntryError, WHOLE } from './wire.ts';

/** Violations of one entry that are given. */
const GIVEN = 50;

/** A value that does not fit, or is missing: `{ path: '/items/0/quantity', message: 'must be integer' }`. */
export interface Violation {
  path: string;
  message: string;
}

/** What the contracts that a process knows make of an entry. */
export interface EntryValidation {
  /** `unknown`: no contract has its type, or none its version. */
  conforms: 'yes' | 'no' | 'unknown';
  /** The type of event that it is or means to be, and its version; empty where it says none. */
  type: string;
  v: string;
  contract?: EventContract;
  violations: Violation[];
}

type Validator = (entryId: string, fields: Fields) => Violation[];

const validators = new WeakMap<EventContract, Validator>();

/** The contract that an entry without a type means, if one of its stream claims it. */
export function untypedContract(
  contracts: readonly EventContract[],
  stream: string,
  fields: Fields,
): EventContract | undefined {
  return contracts.find((one) => one.stream === stream && one.untyped?.(fields));
}

/** Validates the fields of an entry of a stream. */
export function validateEntry(
  contracts: readonly EventContract[],
  stream: string,
  entryId: string,
  fields: Fields,
): EntryValidation {
  const { type, v = '1' } = fields;
  const contract =
    type === undefined
      ? untypedContract(contracts, stream, fields)
      : contracts.find((one) => one.stream === stream && one.type === type && String(one.v) === v);
  if (!contract) return { conforms: 'unknown', type: type ?? '', v, violations: [] };
  let validator = validators.get(contract);
  if (!validator) validators.set(contract, (validator = createValidator(contract)));
  const violations = validator(entryId, fields);
  const conforms = violations.length === 0 ? 'yes' : 'no';
  return { conforms, type: contract.type, v: String(contract.v), contract, violations };
}

/** Finds nothing where the decoder of the contract takes the entry, and something where it does not. */
function createValidator(contract: EventContract): Validator {
  const decode = createDecoder(contract);
  const schema = Compile(exact(contract.data));
  const { properties } = contract.data;

  return (entryId, fields) => {
    try {
      decode(contract.stream, entryId, fields);
      return [];
    } catch (error) {
      if (!(error instanceof MalformedEntryError)) throw error;
      const { data, unread } = read(properties, fields);
      const misfits = [...schema.Errors(data)].flatMap(toViolations);
      const rest = misfits.filter(({ path }) => !unread.some((one) => one.path === path));
      const found = [...unread, ...rest];
      return found.length > 0 ? found.slice(0, GIVEN) : [{ path: '/', message: error.message }];
    }
  };
}

/** The data of an entry as far as it can be read, and what cannot. */
function read(properties: Record<string, unknown>, fields: Fields) {
  const data: Record<string, unknown> = {};
  const unread: Violation[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    const text = fields[name];
    if (text === undefined) continue;
    const path = `/${name}`;
    if (isText(schema)) data[name] = text;
    else if (hasOnly(schema, 'integer', Number.isInteger) && !WHOLE.test(text))
      unread.push({ path, message: 'must be a whole number in decimal digits' });
    else {
      try {
        data[name] = JSON.parse(text);
      } catch {
        unread.push({ path, message: 'must be JSON' });
      }
    }
  }
  return { data, unread };
}

/** What is missing is said at its own path, not at that of what it is missing in. */
function toViolations(error: {
  instancePath: string;
  message: string;
  params?: object;
}): Violation[] {
  const { instancePath, message, params = {} } = error;
  const { requiredProperties: missing } = params as { requiredProperties?: string[] };
  if (missing)
    return missing.map((name) => ({ path: `${instancePath}/${name}`, message: 'is missing' }));
  return [{ path: instancePath || '/', message }];
}
