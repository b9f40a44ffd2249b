/** Who is signed in to the operator's pages. The token is kept for as long as the tab is open, and nowhere else. */
import { computed, signal } from '@preact/signals';
import type { Role } from '../../../../src/http/admin/api.ts';
import type { BegunOperatorSession, Me } from '../../../gateway/api.ts';
import { Problem, request, type Call } from '../lib/http.ts';

const KEY = 'millrace.operator';
const ROLES: readonly Role[] = ['viewer', 'support', 'admin'];

/** Whether there is a token that was not refused. */
export const isSignedIn = signal(false);

/** Whether a token was good, and is no longer. */
export const isRefused = signal(false);

/** Who is signed in, once that is known. */
export const me = signal<Me | undefined>(undefined);

/** The role of who is signed in; undefined while that is not known. */
export const role = computed(() => me.value?.role);

/** Whether who is signed in may do what takes this role; where that is not known, not. */
export function can(wanted: Role): boolean {
  return role.value !== undefined && ROLES.indexOf(role.value) >= ROLES.indexOf(wanted);
}

/** Why somebody may not do what takes this role, in words; undefined where they may. */
export function whyNot(wanted: Role): string | undefined {
  if (can(wanted) || role.value === undefined) return undefined;
  return `This takes the role ${wanted}; yours is ${role.value}.`;
}

/** Takes up the token of this tab. */
export function openSession(): void {
  isSignedIn.value = sessionStorage.getItem(KEY) !== null;
}

/** Asks anew who is signed in: the role may be another one since. */
export async function refreshMe(): Promise<void> {
  me.value = await noticeRefusal(request<Me>('/api/admin/me', authorized({})));
}

/** Signs in by a token, where it is good. */
export async function signInByToken(token: string): Promise<void> {
  sessionStorage.setItem(KEY, token);
  await refreshMe();
  isRefused.value = false;
  isSignedIn.value = true;
}

/** Signs in by e-mail and password. */
export async function signIn(email: string, password: string): Promise<void> {
  const body = { email, password };
  const { token, ...who } = await request<BegunOperatorSession>('/api/admin/sessions', {
    method: 'POST',
    body,
  });
  sessionStorage.setItem(KEY, token);
  me.value = who;
  isRefused.value = false;
  isSignedIn.value = true;
}

/** Ends the session, which counts here though the API cannot be reached. */
export async function signOut(): Promise<void> {
  const call = authorized({ method: 'DELETE' });
  const hasSession = typeof me.value?.operatorId === 'string';
  leave();
  if (hasSession) await request('/api/admin/sessions/current', call).catch(() => undefined);
}

function leave(): void {
  sessionStorage.removeItem(KEY);
  isSignedIn.value = false;
  me.value = undefined;
}

/** A call with the token of this tab. */
export function authorized(call: Call): Call {
  const authorization = `Bearer ${sessionStorage.getItem(KEY) ?? ''}`;
  return { ...call, headers: { ...call.headers, authorization } };
}

/** Leaves where an answer says that the token is worth nothing, and looks again at the role where that has changed. */
export async function noticeRefusal<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      isRefused.value = isSignedIn.value;
      leave();
    } else if (error instanceof Problem && CHANGED.has(error.slug)) {
      void refreshMe().catch(() => undefined);
    }
    throw error;
  }
}

/** Problems of somebody whose role or password is another one than this page believes. */
const CHANGED = new Set(['role-too-low', 'temporary-password']);
