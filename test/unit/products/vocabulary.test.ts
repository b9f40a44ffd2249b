/** Words that are begun or misspelt: what is found is what a look at every word would find. */
import * as fc from 'fast-check';
import { test } from 'tap';
import {
  addWord,
  closestTo,
  emptyVocabulary,
  startingWith,
  type Vocabulary,
} from '../../../modules/products/catalogue/vocabulary.ts';

function vocabularyOf(words: Iterable<string>): Vocabulary {
  const vocabulary = emptyVocabulary();
  for (const word of new Set(words)) addWord(vocabulary, word);
  return vocabulary;
}

const every = { countOf: () => 1, isBegun: false };
const aWord = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '1'), maxLength: 10 });
const words = fc.array(aWord, { maxLength: 30 });

/** All words that are one mistake away. */
function mistakenBy1(word: string): Set<string> {
  const at = Array.from({ length: word.length + 1 }, (_, i) => i);
  const letters = ['a', 'b', 'c', 'é'];
  return new Set([
    ...at.map((i) => word.slice(0, i) + word.slice(i + 1)),
    ...at.flatMap((i) => letters.map((one) => word.slice(0, i) + one + word.slice(i))),
    ...at.flatMap((i) => letters.map((one) => word.slice(0, i) + one + word.slice(i + 1))),
    ...at.slice(2).map((i) => word.slice(0, i - 2) + word[i - 1] + word[i - 2] + word.slice(i)),
  ]);
}

test('words are found by their beginning, also those that came since', (t) => {
  fc.assert(
    fc.property(words, words, aWord, (before, since, start) => {
      const vocabulary = vocabularyOf(before);
      startingWith(vocabulary, start);
      for (const word of new Set(since)) if (!before.includes(word)) addWord(vocabulary, word);
      const all = [...new Set([...before, ...since])];
      const wanted = all.filter((word) => word !== start && word.startsWith(start)).toSorted();
      return JSON.stringify(startingWith(vocabulary, start)) === JSON.stringify(wanted);
    }),
  );
  t.pass('for any words');
  t.end();
});

test('a letter with a mark is another, and no beginning', (t) => {
  const vocabulary = vocabularyOf(['কাল', 'কালি', 'কালচার']);
  t.same(startingWith(vocabulary, 'কাল'), ['কালচার']);
  t.end();
});

test('a word of 4 to 7 letters is taken for one that is a single mistake away, and no other', (t) => {
  fc.assert(
    fc.property(words, aWord, (known, word) => {
      fc.pre(word.length >= 4 && word.length < 8 && !known.includes(word));
      const found = closestTo(vocabularyOf(known), word, every);
      const near = mistakenBy1(word);
      const wanted = known.filter((one) => near.has(one) && !/\d/.test(one + word)).toSorted();
      return found === wanted[0];
    }),
  );
  t.pass('for any words');
  t.end();
});

test('a longer word may have two mistakes, a shorter one none, and digits are never another', (t) => {
  const vocabulary = vocabularyOf([
    'nike',
    'tshirt',
    'sunglasse',
    'sandal',
    'red',
    'iphone13',
    '5011',
  ]);
  const found = (word: string) => closestTo(vocabulary, word, every);
  t.equal(found('nikee'), 'nike');
  t.equal(found('tshrit'), 'tshirt', 'two that are exchanged are one mistake');
  t.equal(found('sunglesess'), undefined);
  t.equal(found('sunglesse'), 'sunglasse');
  t.equal(found('snuglsaes'), undefined, 'three are too many');
  t.equal(found('snuglase'), 'sunglasse');
  t.equal(found('snadla'), undefined, 'two are too many for six letters');
  t.equal(found('red'), undefined);
  t.equal(found('rad'), undefined);
  t.equal(found('5012'), undefined);
  t.equal(found('iphone14'), undefined);
  t.end();
});

test('of several the one that most products have is meant, and none that no product has', (t) => {
  const counts: Record<string, number> = { shirt: 5, shirk: 9, shire: 0 };
  const vocabulary = vocabularyOf(Object.keys(counts));
  const meant = (word: string, isBegun = false) =>
    closestTo(vocabulary, word, { countOf: (one) => counts[one] ?? 0, isBegun });
  t.equal(meant('shirx'), 'shirk');
  counts['shirk'] = 0;
  t.equal(meant('shirx'), 'shirt');
  t.equal(meant('shitr'), 'shirt');
  t.end();
});

test('while it is typed, a word may lack its end besides', (t) => {
  const vocabulary = vocabularyOf(['trouser', 'trust', 'trusses']);
  const typed = (word: string) => closestTo(vocabulary, word, { countOf: () => 1, isBegun: true });
  t.equal(typed('truos'), 'trouser');
  t.equal(typed('trusx'), 'trust', 'a whole word goes first');
  t.equal(typed('toruse'), 'trouser');
  t.equal(closestTo(vocabulary, 'toruse', every), undefined);
  t.end();
});
