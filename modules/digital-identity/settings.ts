/** The settings of `digital-identity`: how long it remembers. */
import { Type } from 'typebox';
import { setting } from '#host';

export const settings = Type.Object({
  IDENTITY_RETENTION_MS: setting.longDurationMs(
    60_000,
    15_552_000_000,
    'How long browsers and addresses of users are remembered, as hashes, in ms (180 days)',
  ),
});
