/** The settings of `order-history`: the days and the currency of its statistics. */
import { Type } from 'typebox';
import { TimeZone } from '#host';
import { currencySettings } from '../currency.ts';

export const settings = Type.Object({
  ...currencySettings,
  TIME_ZONE: TimeZone({
    default: 'UTC',
    form: 'the IANA name of a time zone, such as Europe/Berlin',
    description:
      "The shop's time zone by its IANA name, Europe/Berlin; statistics count its days by default",
  }),
});
