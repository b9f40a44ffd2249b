/** Descriptions come from outside: only harmless HTML of them is stored. */
import sanitize from 'sanitize-html';

/** No attribute of any tag is kept, so neither styles nor handlers nor addresses are. */
const OPTIONS: sanitize.IOptions = {
  allowedTags: ['p', 'div', 'span', 'br', 'strong', 'em', 'b', 'i', 'ul', 'ol', 'li'],
  allowedAttributes: {},
  // What is nested deeper means nothing to a reader, and costs those who render it.
  nestingLimit: 20,
};

/** Reduces HTML to text with simple mark-up; of other tags the text remains, of scripts nothing. */
export function sanitise(html: string): string {
  return sanitize(html, OPTIONS).trim();
}
