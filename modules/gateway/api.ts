/** The REST contract of `gateway`, for the pages: what its calls give. */
export type { Account, CurrentSession, ProfileChange, SavedAddress } from './schemas.ts';
export type { Address } from '../address.ts';
