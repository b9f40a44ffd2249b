/** The account of whoever is signed in. */
import type { Account, Address, ProfileChange, SavedAddress } from '../../../gateway/api.ts';
import { Problem } from './http.ts';
import { refreshSession, sendAsIs } from './session.ts';

/** @throws Problem where nobody is signed in any more */
export function getAccount(): Promise<Account> {
  return call('GET', '');
}

/** Changes the name or the phone; null removes. */
export function changeProfile(change: ProfileChange): Promise<Account> {
  return call('PATCH', '', change);
}

export function addAddress(address: Address): Promise<SavedAddress> {
  return call('POST', '/addresses', address);
}

export function replaceAddress(addressId: string, address: Address): Promise<SavedAddress> {
  return call('PUT', `/addresses/${encodeURIComponent(addressId)}`, address);
}

/** One that is gone already is gone. */
export async function removeAddress(addressId: string): Promise<void> {
  try {
    await call('DELETE', `/addresses/${encodeURIComponent(addressId)}`);
  } catch (error) {
    if (!(error instanceof Problem && error.slug === 'unknown-address')) throw error;
  }
}

/** Changes the password, which signs out everywhere else. */
export function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  return call('POST', '/password', { currentPassword, newPassword });
}

async function call<T>(method: string, rest: string, body?: unknown): Promise<T> {
  try {
    return await sendAsIs<T>(method, `/api/account${rest}`, body);
  } catch (error) {
    const isSignedOut =
      error instanceof Problem && /^(no-account|no-session|invalid-session)$/.test(error.slug);
    if (!isSignedOut) throw error;
    await refreshSession();
    throw new Problem(401, error.type, 'You are signed out. Please sign in again.');
  }
}
