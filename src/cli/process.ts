/** What a command gets from the process that it runs in. */
import type { Module } from '../module/module.ts';
import type { JobProcess } from '../runtime/job.ts';

export interface CommandProcess extends JobProcess {
  /** All modules that there are. */
  readonly modules: readonly Module[];
  /** Prints lines on standard output. */
  readonly print: (text: string) => void;
  /** Prints lines on standard error. */
  readonly printError: (text: string) => void;
}
