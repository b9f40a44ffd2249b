/** The REST contract of `gateway`, for the pages: what its calls give. */
export type { Account, SavedAddress } from './schemas.ts';
