/** The REST contract of `gateway`, for the pages: what its calls give. */
export type { Erasure } from './customer-routes.ts';
export type { Customer, CustomerShown } from './customer-search.ts';
export type { Account, CurrentSession, ProfileChange, SavedAddress } from './schemas.ts';
export type {
  BegunOperatorSession,
  Invited,
  Me,
  OperatorResponse,
  TemporaryPassword,
} from './operators/schemas.ts';
export type { Address } from '../address.ts';
