// Reads XML strictly enough to tell a well-formed document from a broken one.
export type Element = { name: string; attributes: Map<string, string> };

/**
 * The elements of a well-formed piece of markup, in the order of their opening tags.
 * @param markup XML without comments, declarations or CDATA
 * @throws Error at the first thing that is not well formed
 */
export function elementsOf(markup: string): Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  const tags = /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/gy;
  let at = 0;
  while (at < markup.length) {
    const next = markup.indexOf('<', at);
    const text = markup.slice(at, next === -1 ? undefined : next);
    if (/[>]|&(?!amp;|lt;|gt;|quot;|#\d+;)/.test(text)) throw new Error(`stray sign in '${text}'`);
    if (next === -1) break;
    tags.lastIndex = next;
    const tag = tags.exec(markup);
    if (!tag) throw new Error(`not a tag: ${markup.slice(next, next + 80)}`);
    const [whole, closing, name = '', attributes = '', empty] = tag;
    if (closing) {
      const expected = open.pop();
      if (expected !== name) throw new Error(`</${name}> closes <${String(expected)}>`);
    } else {
      elements.push({ name, attributes: attributesOf(attributes) });
      if (!empty) open.push(name);
    }
    at = next + whole.length;
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return elements;
}

function attributesOf(source: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of source.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (attributes.has(name)) throw new Error(`attribute ${name} given twice`);
    attributes.set(name, value);
  }
  return attributes;
}
