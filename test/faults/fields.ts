/** Stream entries as the harness reads them, without the code that it tests. */

export interface Entry {
  id: string;
  fields: Record<string, string>;
}

/** An entry as Redis gives it. */
export function toEntry([id, list]: [string, string[]]): Entry {
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < list.length; i += 2) fields[list[i]!] = list[i + 1]!;
  return { id, fields };
}
