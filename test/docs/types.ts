/** JSON schemas as the types of TypeScript that a reader knows, with what they mean above each property. */

/** As much of JSON Schema as the documents of the API and of the streams use. */
export interface Schema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  contentSchema?: Schema;
}

/** The type that a schema describes. */
export function typeOf(schema: Schema): string {
  const { type, enum: values, anyOf, items, properties, patternProperties } = schema;
  if (schema.contentSchema) return typeOf(schema.contentSchema);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ');
  if (type === 'array') return `(${typeOf(items ?? {})})[]`;
  if (patternProperties)
    return `Record<string, ${Object.values(patternProperties).map(typeOf).join(' | ')}>`;
  if (properties && Object.keys(properties).length > 0)
    return objectOf(properties, schema.required);
  if (type === 'integer') return 'number';
  return type === 'object' || type === undefined ? 'unknown' : type;
}

function objectOf(properties: Record<string, Schema>, required: readonly string[] = []): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const comment = schema.description ? `/** ${schema.description} */\n` : '';
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return `${comment}${key}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`;
  });
  return `{\n${lines.join('\n')}\n}`;
}
