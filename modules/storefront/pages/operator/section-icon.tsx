/** The signs beside the names of sections, drawn by lines in 16 by 16. */
const LINES: Readonly<Record<string, string>> = {
  map: 'M2 4.5h4v4H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 6.5 10 4M6 7l4 4.5',
  charts: 'M2 2v12h12M4.5 10.5 7.5 7l2.5 2 3.5-5',
  streams: 'M2 4h12M2 8h12M2 12h12M5 2.5v3M10 6.5v3M7 10.5v3',
  'dead-letters': 'M2 4h12v9H2zM2 4.5 8 9l6-4.5',
  rebuild: 'M13.5 8A5.5 5.5 0 1 1 11.5 3.8M13.5 1.5V5H10',
  orders: 'M3.5 2h9v12l-2-1.2L8 14l-2.5-1.2L3.5 14zM6 5.5h4M6 8.5h4',
  payments: 'M1.5 4h13v9h-13zM1.5 7h13M4 10.5h3',
  products: 'M8 1.5 14 4.5v7l-6 3-6-3v-7zM2 4.5l6 3 6-3M8 7.5v7',
  import: 'M8 2v8M4.5 7 8 10.5 11.5 7M2 11v3h12v-3',
  statistics: 'M3 14V8M8 14V2M13 14v-9',
  customers: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  operators: 'M6 9.5a3.5 3.5 0 1 1 3.3-4.7L14.5 5v3h-2v2h-3M5.5 6h.01',
  account: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 14c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5',
  audit: 'M3 1.5h7l3 3v10H3zM5.5 7h5M5.5 9.5h5M5.5 12h3',
};

export function SectionIcon({ name }: { name: string }) {
  const lines = LINES[name];
  return (
    <svg class="section-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {lines && <path d={lines} />}
    </svg>
  );
}
