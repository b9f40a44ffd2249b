/** Time zones by their IANA names: whose days are meant, and which times a person reads. */
import { Type, type TString, type TStringOptions } from 'typebox';

/** Whether a name is that of a time zone; an offset is none, since it knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
}

/** The schema of the name of a time zone. */
export function TimeZone(options: TStringOptions): TString {
  return Type.Refine(
    Type.String({ maxLength: 64, ...options }),
    isTimeZone,
    () => 'must be the IANA name of a time zone, such as Europe/Berlin',
  );
}

/** Makes a function that writes a time, in ms since the epoch, as people of a time zone do: 2026-03-29 03:30:00. */
export function localTime(timeZone: string): (at: number) => string {
  // Swedes write a day as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at) => format.format(at);
}
