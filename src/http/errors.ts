/** Errors of the domain: a kind that HTTP understands and a slug that clients can rely on. */

/** What went wrong, in the terms of a caller; {@link STATUS_OF} maps each to its HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'too-large'
  | 'unsupported-media-type'
  | 'unprocessable'
  | 'too-many-requests'
  | 'unavailable';

export const STATUS_OF: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'too-many-requests': 429,
  unavailable: 503,
};

/** An error that the caller gets, as a problem document. */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  /** Stable, for programs: `unknown-product`. */
  readonly slug: string;
  /** Further members of the problem document. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: ErrorKind,
    slug: string,
    message: string,
    details: Record<string, unknown> = {},
  ) {
    super(message);
    this.kind = kind;
    this.slug = slug;
    this.details = details;
  }
}
