/** What a command of the command line is. */

/**
 * A command, by its name and what it does in a few words. Its code is loaded only where it runs: a
 * start need not know the importer.
 */
export interface Command<Given> {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandCode<Given>>;
}

export interface CommandCode<Given> {
  /** What `--help` prints. */
  readonly help: string;
  /**
   * Runs it with the arguments behind its name. Gives the exit status.
   *
   * @throws UsageError, or what `parseArgs` of `node:util` throws, where the arguments do not fit
   */
  readonly run: (args: readonly string[], given: Given) => Promise<number>;
}

/** A command that was called wrongly; the message says what to do instead. */
export class UsageError extends Error {}
