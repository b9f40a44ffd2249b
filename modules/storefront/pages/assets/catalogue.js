/** The catalogue: its address says what is shown; whatever changes the one changes the other. */
import { showChips } from './catalogue/chips.js';
import { showFilters } from './catalogue/filters.js';
import { showList } from './catalogue/list.js';
import {
  DEFAULT_SORT,
  titleOf,
  toAddress,
  toQuery,
  unfiltered,
  withValue,
} from './catalogue/query.js';
import { byId, fill } from './lib/dom.js';

const form = byId('filter-form', HTMLFormElement);
const chips = byId('chips', HTMLElement);
const heading = byId('heading', HTMLElement);
const sort = byId('sort', HTMLSelectElement);
const search = byId('search', HTMLFormElement);
const words = byId('search-words', HTMLInputElement);
const filters = byId('filters', HTMLDetailsElement);

/** Where the screen is narrow the filters would come before all products. */
const isNarrow = matchMedia('(max-width: 56rem)');

function currentQuery() {
  return toQuery(new URLSearchParams(location.search));
}

/** Shows what the address says. */
function show() {
  const query = currentQuery();
  fill(heading, titleOf(query));
  document.title = `${titleOf(query)} · Millrace`;
  words.value = query.get('search') ?? '';
  sort.value = query.get('sort') ?? DEFAULT_SORT;
  showChips(chips, query, go);
  const { seen = 0 } = /** @type {{ seen?: number }} */ (history.state ?? {});
  void showList(query, seen, ({ facets }) => showFilters(form, facets, query, go));
}

/**
 * Goes to the address of a query, without loading the page anew.
 *
 * @param {URLSearchParams} query
 */
function go(query) {
  history.pushState(null, '', toAddress(query));
  show();
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const asked = words.value.trim();
  // Other words find other products, on which the filters of before would hardly fit.
  go(withValue(withoutFilters(), 'search', asked));
});
sort.addEventListener('change', () => {
  const chosen = sort.value === DEFAULT_SORT ? undefined : sort.value;
  go(withValue(currentQuery(), 'sort', chosen));
});
form.addEventListener('submit', (event) => event.preventDefault());
isNarrow.addEventListener('change', showFolded);
addEventListener('popstate', show);

function withoutFilters() {
  return unfiltered(currentQuery());
}

function showFolded() {
  filters.open = !isNarrow.matches;
}

showFolded();
show();
