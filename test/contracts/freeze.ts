/**
 * `npm run contracts:freeze`: writes down what new contracts promise. What was promised stays; only
 * a version that nobody has run yet may be frozen anew, by deleting its file first.
 */
import { freezable } from './difference.ts';
import { DIRECTORY, freeze } from './frozen.ts';
import { findContracts } from './published.ts';

const contracts = (await findContracts()).map(({ contract }) => freezable(contract));
const { written, refused } = await freeze(DIRECTORY, contracts);
for (const name of written) process.stdout.write(`frozen: ${name}\n`);
for (const { says } of refused) process.stderr.write(`${says}\n`);
if (written.length + refused.length === 0) process.stdout.write('all contracts are frozen\n');
if (refused.length > 0) process.exitCode = 1;
