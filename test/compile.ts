/** Checking the types of files that a test has written. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TSC = join(import.meta.dirname, '..', 'node_modules', '.bin', 'tsc');

/** What the compiler has to say of the directory, which holds a tsconfig.json; empty where the types fit. */
export async function compile(directory: string): Promise<string> {
  const compiled = run(TSC, ['--noEmit'], { cwd: directory });
  const { stdout, stderr } = await compiled.catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return stdout + stderr;
}
