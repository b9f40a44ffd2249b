/** The schema of a value that may be null. */
import { Type, type TNull, type TSchema, type TSchemaOptions, type TUnion } from 'typebox';

/** Gives the schema of what `type` describes, or null; `options` describe both. */
export function Nullable<T extends TSchema>(type: T, options?: TSchemaOptions): TUnion<[T, TNull]> {
  return Type.Union([type, Type.Null()], options);
}
