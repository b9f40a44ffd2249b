/** Making and finding elements. What comes from the API becomes text here, never markup. */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {string | number | boolean | null | undefined} Attribute */

/**
 * Makes an element. An attribute that is true stands without a value; null, undefined and false
 * leave it out. Children that are not nodes become text, which runs in the direction of its own
 * letters: a name may be Arabic in a page that is English.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (made instanceof HTMLInputElement || hasText(children)) made.dir = 'auto';
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...nodes(children));
  return made;
}

/**
 * Puts children in the place of all that an element holds.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  if (parent instanceof HTMLElement && hasText(children)) parent.dir = 'auto';
  parent.replaceChildren(...nodes(children));
}

/**
 * Runs what makes a part of the page anew; the element that had the focus has it after, by its id.
 * Where it is gone, the focus goes to the page's content rather than back to the top.
 *
 * @param {() => void} make
 */
export function keepingFocus(make) {
  const id = document.activeElement?.id;
  make();
  if (!id || document.activeElement?.id === id) return;
  (document.getElementById(id) ?? document.getElementById('main'))?.focus();
}

/**
 * The element with an id.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type what it must be
 * @returns {T}
 * @throws {Error} where the page has none of that type
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${type.name} with the id ${id}`);
}

/**
 * A button that does something.
 *
 * @param {string} text
 * @param {() => unknown} onClick
 * @param {Record<string, Attribute>} [attributes]
 */
export function button(text, onClick, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', () => void onClick());
  return made;
}

/** @param {Child[]} children */
function hasText(children) {
  return children.some((child) => typeof child === 'string');
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
