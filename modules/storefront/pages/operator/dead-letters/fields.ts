/** The fields of a dead letter in a form: what is shown of each, and which were changed. */
import type { DeadLetterDetail } from '../../../../../src/http/admin/api.ts';

/** A field as the form shows it. */
export interface FormField {
  name: string;
  /** What the entry has there, as it is shown: JSON is laid out. Empty where the entry has no such field. */
  text: string;
  /** Whether it says which event the entry is. */
  isIdentity: boolean;
  /** Whether the entry has no such field and its schema can do without: every event may have it. */
  isSpare: boolean;
  isRequired: boolean;
  isLong: boolean;
  /** Whether it holds JSON. */
  isJson: boolean;
  description: string;
}

/** The fields that say which event an entry is, besides the one that is its key. */
const IDENTITY = ['type', 'v', 'eventId', 'key'];
/** Fields that every event may have. */
const ENVELOPE = [...IDENTITY, 'at', 'traceparent'];
/** Characters of a text that is shown in one line. */
const LINE = 60;

interface Schema {
  description?: string;
  contentMediaType?: string;
}

/** The fields that the entry has, then those that its schema knows besides. */
export function formFields({
  fields,
  schema,
  key,
}: Pick<DeadLetterDetail, 'fields' | 'schema' | 'key'>): FormField[] {
  const properties = (schema?.properties ?? {}) as Record<string, Schema>;
  const names = new Set([...Object.keys(fields), ...Object.keys(properties)]);
  return [...names].map((name) => {
    const { description = '', contentMediaType } = properties[name] ?? {};
    const text = laidOut(fields[name] ?? '');
    const isRequired = schema?.required.includes(name) ?? false;
    const isStructure = /^\s*[[{]/.test(text);
    return {
      name,
      text,
      isIdentity: IDENTITY.includes(name) || name === key,
      isSpare: !(name in fields) && !isRequired && ENVELOPE.includes(name),
      isRequired,
      isLong: isStructure || text.length > LINE,
      isJson: contentMediaType === 'application/json',
      description,
    };
  });
}

/** Lists and objects over several lines; anything else as it is. */
function laidOut(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The fields whose text was changed; null where one was emptied, which leaves it out. */
export function changedFields(
  fields: readonly FormField[],
  values: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const changed = fields.flatMap(({ name, text }) => {
    const value = values[name];
    if (value === undefined || value === text.trim()) return [];
    return [[name, value === '' ? null : value] as const];
  });
  return Object.fromEntries(changed);
}

/** What is wrong with each field, by its name: the violations of a path belong to its first part. */
export function wrongByField(violations: DeadLetterDetail['violations']): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const { path, message } of violations) {
    const [, name = '', ...rest] = path.split('/');
    const said = rest.length === 0 ? message : `${rest.join('/')}: ${message}`;
    wrong[name] = wrong[name] === undefined ? said : `${wrong[name]}; ${said}`;
  }
  return wrong;
}
