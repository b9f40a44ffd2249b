/** Which passwords a new account may have, by NIST SP 800-63B: none that is guessed among the first. */
import { DomainError } from '#host';

/** In characters, as the password is hashed. */
const MIN_LENGTH = 8;

let common: Promise<ReadonlySet<string>> | undefined;

/** In lower case; tens of thousands, loaded by the first account that is made. */
async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

/** The name of the product, which is guessed wherever it runs. */
const OURS = 'millrace';

/** Whose password it is to be. */
export interface Owner {
  email: string;
  name?: string | undefined;
}

/**
 * Refuses a password that is easily guessed. One that an account has already is never asked about.
 *
 * @throws DomainError 422 that says why
 */
export async function checkPassword(password: string, owner: Owner): Promise<void> {
  const why = weaknessOf(password.normalize('NFKC'), owner, await (common ??= loadCommon()));
  if (why !== undefined)
    throw new DomainError('unprocessable', 'weak-password', `${why}; choose another one.`);
}

function weaknessOf(
  password: string,
  owner: Owner,
  guessed: ReadonlySet<string>,
): string | undefined {
  // All lone surrogates are hashed as the same character.
  if (/[\p{Cc}\p{Cs}]/u.test(password)) return 'The password has characters that are no text';
  if (password.trim() === '') return 'The password is nothing but spaces';
  if (Array.from(password).length < MIN_LENGTH)
    return `The password has fewer than ${MIN_LENGTH} characters`;
  if (/^(.{1,4}?)\1+$/u.test(password)) return 'The password repeats the same few characters';
  const plain = password.toLowerCase();
  if (guessed.has(plain)) return 'The password is one of those that are used and guessed most';
  const word = core(plain);
  if (namesOf(owner).some((name) => plain === name || word === core(name)))
    return 'The password is made of your email, your name or the name of the shop';
  return isRun(plain) ? 'The password is a run of neighbours, as abcdefgh' : undefined;
}

/** What is left without what people add at both ends: digits, signs, spaces. */
function core(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

function namesOf({ email, name }: Owner): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const own = name?.normalize('NFKC').toLowerCase();
  const parts = own === undefined ? [] : [own, own.replaceAll(/\s/g, ''), ...own.split(/\s+/)];
  const texts = [email.toLowerCase(), local, domain, ...local.split(/[^\p{L}]+/u), ...parts, OURS];
  return texts.filter((text) => core(text).length > 0);
}

/** Whether each character follows the one before in Unicode, or precedes it. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const steps = new Set(codes.slice(1).map((code, i) => code - codes[i]!));
  return steps.size === 1 && Math.abs([...steps][0]!) === 1;
}
