/** What is said of what went wrong. */
import type { TLocalizedValidationError } from 'typebox/error';

/** Wrong values that are listed; the rest is left for the next attempt. */
const MAX_PROBLEMS = 3;

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What does not fit a schema, each with its path. */
export function problemsOf(errors: readonly TLocalizedValidationError[]): string {
  return (
    errors
      // Where a property is unknown, the validator complains of its schema `false` besides.
      .filter(({ keyword }) => keyword !== 'boolean')
      .slice(0, MAX_PROBLEMS)
      .map(({ instancePath, message, ...error }) => {
        const unknown =
          error.keyword === 'additionalProperties'
            ? `: ${error.params.additionalProperties.join(', ')}`
            : '';
        return `${instancePath || '/'} ${message}${unknown}`;
      })
      .join('; ')
  );
}
