/** The settings of `order-history`: the days and the currency of its statistics. */
import { Type } from 'typebox';
import { currencySettings } from '../currency.ts';

/** Whether a name is that of a time zone; an offset is none, since it knows no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

export const settings = Type.Object({
  CURRENCY: currencySettings.CURRENCY,
  TIME_ZONE: Type.Refine(
    Type.String({
      default: 'UTC',
      form: 'the IANA name of a time zone, such as Europe/Berlin',
      description:
        "The shop's time zone by its IANA name, Europe/Berlin; statistics count its days",
    }),
    isTimeZone,
  ),
});
