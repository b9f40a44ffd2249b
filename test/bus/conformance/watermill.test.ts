/** watermill's `TestPubSub`, once; see watermill.ts. */
import { test } from 'tap';
import { TestPubSub } from './watermill.ts';

for (const check of TestPubSub) test(check.name, check);
