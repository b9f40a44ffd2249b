/** The errors of starting engines, by their codes. */

/**
 * ENGINE_MISSING: there is no program to run; the message holds the commands that mend it.
 * ENGINE_FAILED: the program is there and did not get ready; the message holds the end of its log.
 * DATA_DIR_IN_USE: another living process runs its engines on the same data directory.
 * DATA_DIR_UNUSABLE: the data directory cannot be written, for a reason that the message holds.
 */
export type EngineErrorCode =
  | 'ENGINE_MISSING'
  | 'ENGINE_FAILED'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNUSABLE';

/** An error with one of the codes above. */
export function engineError(code: EngineErrorCode, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}

/** Whether something caught is the engine error of that code. */
export function isEngineError(error: unknown, code: EngineErrorCode): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
