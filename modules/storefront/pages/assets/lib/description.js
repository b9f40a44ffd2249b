/** The description of a product: HTML of which only simple mark-up is taken over. */

/** What may stand in it; of any other element only the text is taken. */
const TAGS = new Set(['P', 'DIV', 'SPAN', 'BR', 'STRONG', 'EM', 'B', 'I', 'UL', 'OL', 'LI']);

/** What is left out together with its text. */
const DROPPED = new Set([
  'SCRIPT',
  'STYLE',
  'TEMPLATE',
  'NOSCRIPT',
  'IFRAME',
  'OBJECT',
  'SVG',
  'MATH',
]);

/**
 * A description as nodes. The server has sanitised it already; here it is read into a document that
 * runs and loads nothing, and copied element by element, without any attribute.
 *
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function description(html) {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  const copied = document.createDocumentFragment();
  copied.append(...[...parsed.body.childNodes].flatMap(copy));
  return copied;
}

/**
 * @param {Node} node
 * @returns {Node[]}
 */
function copy(node) {
  if (node instanceof Text) return [document.createTextNode(node.data)];
  if (!(node instanceof Element)) return [];
  const name = node.tagName.toUpperCase();
  if (DROPPED.has(name)) return [];
  const children = [...node.childNodes].flatMap(copy);
  if (!TAGS.has(name)) return children;
  const made = document.createElement(name);
  made.dir = 'auto';
  made.append(...children);
  return [made];
}
