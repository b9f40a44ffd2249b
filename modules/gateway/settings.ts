/** The settings of `gateway`: sessions, sign-ins, limits, and who else may call. */
import { Type, type Static } from 'typebox';
import { hostSettings, setting } from '#host';

export const settings = Type.Object({
  CORS_ORIGINS: setting.urls({
    pattern: '^https?://[^\\s/?#@,]+(,https?://[^\\s/?#@,]+)*$',
    form: 'origins such as https://shop.example, without a path, comma separated',
    description: 'Origins of other pages that may call the API, comma separated',
  }),
  SESSION_TTL_MS: setting.longDurationMs(
    1000,
    2_592_000_000,
    'How long a session lives that nobody uses, in ms (30 days)',
  ),
  OPERATOR_SESSION_TTL_MS: setting.longDurationMs(
    1000,
    3_600_000,
    'How long a session of an operator lives that nobody uses, in ms (an hour)',
  ),
  OPERATOR_SESSION_MAX_MS: setting.longDurationMs(
    1000,
    43_200_000,
    'How long a session of an operator lives in all, in ms (12 hours)',
  ),
  RATE_LIMIT_PER_MINUTE: setting.count(
    0,
    1_000_000,
    1200,
    'Requests of one session, or one address without a session, a minute; 0: no limit',
  ),
  SIGN_IN_ATTEMPTS: setting.count(
    1,
    1000,
    10,
    'Failed attempts to sign in to one account, and ten times as many from one address, in 15 minutes',
  ),
  BODY_LIMIT_BYTES: hostSettings.properties.BODY_LIMIT_BYTES,
});

export type Settings = Static<typeof settings>;
