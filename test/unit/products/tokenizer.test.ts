/** Folding and words: what holds of any text, in any script. */
import * as fc from 'fast-check';
import { test } from 'tap';
import { fold, tokenize, tokenizeQuery } from '../../../modules/products/catalogue/tokenizer.ts';

const SCRIPTS = Array.from(
  'abcsxyé ßœłİıΣς אבג ابت кйи हीरा กำ タンス 日本語 🇮🇳👩‍👩‍👧 ☂’\'-.,"®\u00ad\u0301\u200d7½',
);
const aText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...SCRIPTS), maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** Above it are signs of no width, and what is assigned to nothing. */
const LAST_LETTER = 0x3_23b0;

test('what is folded stays as it is when it is folded again', (t) => {
  fc.assert(fc.property(aText, (text) => fold(fold(text)) === fold(text)));
  const characters = Array.from({ length: LAST_LETTER }, (_, code) =>
    `a${String.fromCodePoint(code)}b`.toWellFormed(),
  );
  t.same(
    characters.filter((text) => fold(fold(text)) !== fold(text)),
    [],
    'for any text, and any character',
  );
  t.end();
});

test('a product is found by its own name, in capitals or not', (t) => {
  fc.assert(
    fc.property(aText, fc.boolean(), (name, inCapitals) => {
      // Few letters are written as others in capitals: a Greek iota below one stands beside it.
      fc.pre(!inCapitals || fold(name.toUpperCase()) === fold(name));
      const words = new Set(tokenize([name]));
      const search = tokenizeQuery(inCapitals ? name.toUpperCase() : name);
      return search.every(({ alternatives }) =>
        alternatives.some((terms) => terms.every((term) => words.has(term))),
      );
    }),
  );
  t.pass('for any name');
  t.end();
});

test('a search is bounded, whatever is asked', (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (search) => tokenizeQuery(search).length <= 16),
  );
  t.pass('for any search');
  t.end();
});
