/** The REST contract of `digital-identity`, for the pages: what its calls give. */
export type { Identity, ScoreResponse } from './schemas.ts';
